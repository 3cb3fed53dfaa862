"""Images of records: found in declared places only, checked before they are decoded, never fetched."""
