"""From a checked ruleset to its plan: functions over frames, stages, digests."""
