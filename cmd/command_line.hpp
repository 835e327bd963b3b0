#pragma once

#include <string>

#include "cmd/terminal/colour.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// What all subcommands do alike with the command line and the environment.
namespace p2psig {

/// Makes a command's --help begin with examples.
void set_help(CLI::App& command, const std::string& examples, const std::string& usage);

/// Adds --color.
void add_colour(CLI::App& command, Colour& colour, const std::string& help);

/// Where `error`, an errno, is that of a pipe whose reader has gone: ends the process as SIGPIPE would.
void end_if_pipe_closed(int error);

/// Writes to stdout. Throws Failure if that cannot be done; a closed pipe ends the process quietly.
void write_output(const std::string& text);

/// The variable that an option can be set by as well: P2PSIG_PORT for --port. Empty if there is none: for
/// --help, and for what may be given several times.
[[nodiscard]] std::string variable_of(const CLI::App& command, const CLI::Option& option);

/// Gives each option of the chosen subcommand that the command line left out the value of its P2PSIG_*
/// variable, if there is one. Only the chosen one's: another's bad variable is no business of this command.
/// Throws Failure, naming the variable.
void take_environment(CLI::App& command);

}  // namespace p2psig
