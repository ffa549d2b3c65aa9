"""The nouns: types that pass between the phases. Nothing here does anything."""
