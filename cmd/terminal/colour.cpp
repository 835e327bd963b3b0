#include "cmd/terminal/colour.hpp"

#include <unistd.h>

#include <string>

#include "cmd/environment.hpp"

namespace p2psig {

bool wants_colour(Colour choice, int fd) {
  if (choice != Colour::automatic) return choice == Colour::always;
  if (!variable("NO_COLOR").empty()) return false;
  const std::string force = variable("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return variable("TERM") != "dumb" && isatty(fd) == 1;
}

}  // namespace p2psig
