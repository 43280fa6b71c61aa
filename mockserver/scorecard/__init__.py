"""How well does a client behave? Told from what it sent, never asked."""

from mockserver.scorecard.card import Card, draw_up
from mockserver.scorecard.habits import HABITS

__all__ = ["HABITS", "Card", "draw_up"]
