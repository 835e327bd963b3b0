// Real shells complete rooms of other people's naming, and run what was completed.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "core/protocol/json_text.hpp"
#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;
using Arguments = std::vector<std::string>;

namespace {

const std::string kCompletions = P2PSIG_COMPLETIONS;

/// A shell, and how it is told of our completions.
struct Shell {
  std::vector<std::string> program;
  std::string setup;
};

Shell shell_called(const std::string& name) {
  if (name == "bash")
    return {{"/bin/bash", "--norc", "--noprofile", "-i"}, "source " + kCompletions + "/p2psig.bash"};
  if (name == "zsh")
    return {{"/bin/zsh", "-f", "-i"},
            "fpath=(" + kCompletions + " $fpath); autoload -Uz compinit; compinit -u -D"};
  return {{"/usr/bin/fish", "--no-config", "-i"}, "source " + kCompletions + "/p2psig.fish"};
}

std::vector<std::string> shells() {
  std::vector<std::string> found;
  for (const char* name : {"bash", "zsh", "fish"})
    if (access(shell_called(name).program[0].c_str(), X_OK) == 0) found.emplace_back(name);
  return found;
}

/// A person at a shell, in an empty folder, where `p2psig` completes as ours does, but only notes its
/// arguments.
class Prompt {
 public:
  Prompt(const std::string& shell, const ServerProcess& server) {
    std::filesystem::create_directory(folder_.path("bin"));
    std::filesystem::create_directory(folder_.path("work"));
    const std::string fake = folder_.path("bin/p2psig");
    std::ofstream(fake) << "#!/bin/sh\ncase $1 in __complete) exec " P2PSIG_BINARY
                           " \"$@\" ;; esac\nprintf '%s\\0' \"$@\" > '"
                        << folder_.path("unfinished") << "' && mv '" << folder_.path("unfinished") << "' '"
                        << folder_.path("arguments") << "'\n";
    chmod(fake.c_str(), 0755);
    const Shell known = shell_called(shell);
    Session session;
    session.program = known.program;
    session.environment = {"PATH=" + folder_.path("bin") + ":/usr/bin:/bin", "HOME=" + folder_.path("work"),
                           "P2PSIG_URL=" + server.url()};
    session.edits_lines = session.watches_screen = false;
    terminal_.emplace(session);
    terminal_->type("cd " + folder_.path("work") + "; " + known.setup + "; echo are you rea'dy'\r");
    sees("are you ready");
  }

  /// Types this, and Return. What `p2psig` was given.
  Arguments enters(const std::string& keys) {
    std::filesystem::remove(folder_.path("arguments"));
    terminal_->type(keys + "\r");
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    while (!std::filesystem::exists(folder_.path("arguments"))) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("p2psig was not called; the terminal shows " + terminal_->output());
      // A shell that nobody reads from stops.
      terminal_->read_some(std::chrono::steady_clock::now() + std::chrono::milliseconds(5));
    }
    std::ifstream file(folder_.path("arguments"));
    Arguments all;
    for (std::string argument; std::getline(file, argument, '\0');) all.push_back(argument);
    return all;
  }

  /// The same, where a room is to be completed. On a busy machine the names may come too late, and then
  /// nothing is: `without` is what that gives, and it is tried again.
  Arguments completes(const std::string& keys, const Arguments& without) {
    constexpr int attempts = 5;
    for (int i = 1; i < attempts; ++i)
      if (Arguments arguments = enters(keys); arguments != without) return arguments;
    return enters(keys);
  }

  [[nodiscard]] bool work_is_clean() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path("work")))
      if (entry.path().filename().string().find("owned") != std::string::npos) return false;
    return true;
  }

 private:
  void sees(const std::string& text) {
    terminal_->until(text, [&] { return terminal_->output().find(text) != std::string::npos; });
  }

  Folder folder_;
  std::optional<Terminal> terminal_;
};

/// Somebody in a room of this name.
class Guest {
 public:
  Guest(std::uint16_t port, const std::string& room) : client_(port) {
    client_.connect();
    std::string name;
    p2psig::append_escaped(name, room);
    client_.join(name);
  }

 private:
  RawClient client_;
};

}  // namespace

TEST_CASE("a room is completed to what the shell makes its name again, whatever it is", "[shells]") {
  const std::string shell = GENERATE(from_range(shells()));
  CAPTURE(shell);
  const ServerProcess server;
  Prompt prompt(shell, server);
  for (const std::string room : {"$(touch owned)",
                                 "`touch owned`",
                                 "; touch owned",
                                 "& touch owned",
                                 "x\\",
                                 "a b",
                                 " a",
                                 "'",
                                 "\"",
                                 "a'b\"c",
                                 "*",
                                 "?",
                                 "~",
                                 "~root",
                                 "!x",
                                 "#x",
                                 "|",
                                 "{a,b}",
                                 "^x",
                                 "=ls",
                                 "[x]",
                                 "%x",
                                 "$HOME",
                                 "<x",
                                 ">owned",
                                 "a:b",
                                 "a=b",
                                 "é",
                                 "日本",
                                 "e\u0301",
                                 "(x)",
                                 "a,b",
                                 "\\n",
                                 "1",
                                 "--x=",
                                 "-x"}) {
    CAPTURE(room);
    const Guest guest(server.port(), room);
    // What looks like an option would be taken for one, and fish does not quote ~.
    const bool left_out = room[0] == '-' || (room[0] == '~' && shell == "fish");
    const Arguments expected = left_out ? Arguments{"join"} : Arguments{"join", room};
    CHECK(prompt.completes("p2psig join \t", {"join"}) == expected);
    if (room[0] == '-')
      CHECK(prompt.completes("p2psig join -- \t", {"join", "--"}) == Arguments{"join", "--", room});
  }
  CHECK(prompt.work_is_clean());
}

TEST_CASE("a name that could drive the terminal is not offered", "[shells]") {
  const std::string shell = GENERATE(from_range(shells()));
  CAPTURE(shell);
  const ServerProcess server;
  Prompt prompt(shell, server);
  const Guest guest(server.port(), "\u202Egnitirw");
  CHECK(prompt.enters("p2psig join \t") == Arguments{"join"});
}

TEST_CASE("commands, options and their values are completed", "[shells]") {
  const std::string shell = GENERATE(from_range(shells()));
  CAPTURE(shell);
  const ServerProcess server;
  Prompt prompt(shell, server);
  CHECK(prompt.enters("p2psig stat\t") == Arguments{"status"});
  CHECK(prompt.enters("p2psig serve --log-level de\t") == Arguments{"serve", "--log-level", "debug"});
  CHECK(prompt.enters("p2psig serve --log-level=de\t") == Arguments{"serve", "--log-level=debug"});
  CHECK(prompt.enters("p2psig join --fail-on=glare,u\t") ==
        Arguments{"join", "--fail-on=glare,undeliverable"});
  CHECK(prompt.enters("p2psig status --sort p\t") == Arguments{"status", "--sort", "peers"});
}

TEST_CASE("rooms are those of the server that the line names", "[shells]") {
  const std::string shell = GENERATE(from_range(shells()));
  CAPTURE(shell);
  const ServerProcess server;
  const ServerProcess other;
  const Guest guest(server.port(), "here");
  const Guest far_away(other.port(), "a:there");
  Prompt prompt(shell, server);
  CHECK(prompt.completes("p2psig join --url=" + other.url() + " \t", {"join", "--url=" + other.url()}) ==
        Arguments{"join", "--url=" + other.url(), "a:there"});
  CHECK(prompt.completes("p2psig status --url " + other.url() + " --room a:\t",
                         {"status", "--url", other.url(), "--room", "a:"}) ==
        Arguments{"status", "--url", other.url(), "--room", "a:there"});
  CHECK(prompt.completes("p2psig join h\t", {"join", "h"}) == Arguments{"join", "here"});
}
