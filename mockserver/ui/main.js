// The page of the mock.
