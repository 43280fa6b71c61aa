"""Profiles: files that say which endpoint is judged, as whom, and how far a run may go there."""

from contracts.profiles.loader import api_of, load_draft, load_profile
from contracts.profiles.profile import BOUNDLESS, Allowance, Budget, Profile, ProfileError

__all__ = ["BOUNDLESS", "Allowance", "Budget", "Profile", "ProfileError", "api_of", "load_draft", "load_profile"]
