#pragma once

#include <string>

namespace CLI {
class App;
}

namespace p2psig {

/// Makes a command's --help begin with examples.
void set_help(CLI::App& command, const std::string& examples, const std::string& usage);

}  // namespace p2psig
