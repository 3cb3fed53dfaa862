"""What outlives a process: objects, ledgers, receipts, people."""
