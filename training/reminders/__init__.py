"""Who is reminded of what: the ladder climbed once, the mails, the calendar feed, the webhooks."""
