/*
 * Prints docs/what-ddl-does.md from the rows that the predictions go by, so that the page cannot
 * disagree with them. Words for what the rows know stand in words.cpp; locks, work and links come
 * from the rows alone. "make manual" writes the page, a unit test compares it.
 */
#include "manual.hpp"

#include <iostream>

int
main()
{
	std::cout << ddl_warden::manual();
	return std::cout.good() ? 0 : 1;
}
