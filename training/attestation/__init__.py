"""The signed pledge (誓約書)."""
