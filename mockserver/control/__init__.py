"""The control plane under `/_mock/`: looks into the mock and moves it. Strict JSON in, JSON out, errors included."""
