#pragma once

#include <string>
#include <vector>

#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"
#include "tests/terminal/support/terminal.hpp"

namespace p2psig::test {

/// `p2psig join` with these arguments, in a terminal as wide as no line of it.
[[nodiscard]] Session join_session(const std::string& url, const std::vector<std::string>& arguments);

/// A server, and a person who has joined its room "lab" in a terminal.
struct Person {
  explicit Person(const std::vector<std::string>& more = {}, std::size_t columns = 200)
      : Person({}, more, columns) {}
  Person(const std::vector<std::string>& of_server, const std::vector<std::string>& more,
         std::size_t columns);

  /// Somebody else joins, and the person sees it.
  RawClient comes();
  /// Types a line, and Return.
  void enters(const std::string& line) { terminal.type(line + "\r"); }
  /// The prompt, with nothing typed behind it, is where the cursor is.
  void sees_prompt(const std::string& prompt) {
    terminal.sees_line(prompt.substr(0, prompt.find_last_not_of(' ') + 1), prompt.size());
  }
  /// The id of who is in the room for longest, which is the person; empty if there is nobody.
  [[nodiscard]] std::string own_id();
  /// Leaves and is told the exit code.
  int quits();

  ServerProcess server;
  Terminal terminal;
};

}  // namespace p2psig::test
