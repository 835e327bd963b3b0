#pragma once

#include <string>

namespace CLI {
class App;
}

namespace p2psig {

/// The value of a variable; an empty one counts as none.
[[nodiscard]] std::string variable(const std::string& name);

/// Gives each option of the chosen subcommand that the command line left out the value of its P2PSIG_* variable, if
/// there is one. Only the chosen one's: another's bad variable is no business of this command. Throws Failure, naming the variable.
void take_environment(CLI::App& command);

}  // namespace p2psig
