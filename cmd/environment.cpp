#include "cmd/environment.hpp"

#include <cstdlib>

namespace p2psig {

std::string variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

}  // namespace p2psig
