#pragma once

#include <string>

namespace CLI {
class App;
}

namespace p2psig {

/// The command line as one JSON object: its commands with their arguments, options, variables and exit codes.
/// What completions, man pages and README are compared with; not for others.
[[nodiscard]] std::string command_line_spec(const CLI::App& app);

}  // namespace p2psig
