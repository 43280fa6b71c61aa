"""The suite: `pytest --pyargs contracts` collects one item per clause here, through `contracts.plugin`."""
