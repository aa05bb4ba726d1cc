/* The page docs/what-ddl-does.md, made from the rows of src/core. */
#pragma once

#include <string>

namespace ddl_warden
{

std::string manual();

}  // namespace ddl_warden
