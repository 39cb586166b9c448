"""What a document says of itself: title, publisher, number, dates, region."""
