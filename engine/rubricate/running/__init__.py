"""From units of records to parts on disk, with evidence."""
