#pragma once

#include <string>

namespace p2psig {

/// The value of an environment variable; an empty one counts as none.
[[nodiscard]] std::string variable(const std::string& name);

}  // namespace p2psig
