#include "cmd/terminal/colour.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace p2psig {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

bool wants_colour(Colour choice, int fd) {
  if (choice != Colour::automatic) return choice == Colour::always;
  if (!variable("NO_COLOR").empty()) return false;
  const std::string_view force = variable("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return variable("TERM") != "dumb" && isatty(fd) == 1;
}

}  // namespace p2psig
