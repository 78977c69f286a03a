// Nothing but the headers that KARKARA_TEST_PCH parses once.
