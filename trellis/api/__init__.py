"""The kit of the machine door: tokens, paging, problem+json, answering once. No domain."""
