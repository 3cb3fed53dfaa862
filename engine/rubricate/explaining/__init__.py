"""Why a record is labelled as it is."""
