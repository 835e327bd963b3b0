#include "cmd/run.hpp"

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <unistd.h>
#include <utf8proc.h>
#include <uv.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/command_line.hpp"
#include "cmd/complete.hpp"
#include "cmd/failure.hpp"
#include "cmd/join/join.hpp"
#include "cmd/join/options.hpp"
#include "cmd/serve/options.hpp"
#include "cmd/serve/serve.hpp"
#include "cmd/spec.hpp"
#include "cmd/status/options.hpp"
#include "cmd/status/status.hpp"
#include "cmd/terminal/line_editor.hpp"

namespace p2psig {
namespace {

constexpr std::array<std::string_view, 3> kCommands{"serve", "join", "status"};

std::string version_text() {
  std::string websockets = lws_get_library_version();
  while (websockets.ends_with('-')) websockets.pop_back();  // where a commit would stand
  const std::string editor = line_editor_version();
  return "p2psig " P2PSIG_VERSION "\nlibwebsockets " + websockets + ", libuv " + uv_version_string() +
         ", cJSON " + cJSON_Version() + ", CLI11 " CLI11_VERSION ", utf8proc " + utf8proc_version() +
         (editor.empty() ? "" : ", " + editor);
}

bool is_command(std::string_view word) {
  return std::find(kCommands.begin(), kCommands.end(), word) != kCommands.end();
}

/// Levenshtein's: how many letters make one word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

Failure unknown_command(const std::string& word) {
  const auto nearest = std::min_element(kCommands.begin(), kCommands.end(), [&word](auto a, auto b) {
    return edit_distance(word, a) < edit_distance(word, b);
  });
  constexpr std::size_t typing_errors = 2;
  std::string what = "there is no command '" + word + "'";
  if (edit_distance(word, *nearest) <= typing_errors)
    what.append("; did you mean '").append(*nearest).append("'?");
  return {exit_code::kUsage, what};
}

/// What was started without stdin, stdout or stderr must not get a socket in their place, and then write its
/// log there. Writing to a stdout that is not there goes on to fail, but for a server, which has more to do
/// than to say where it listens.
void keep_standard_descriptors(bool serves) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    const int mode = fd == STDOUT_FILENO && !serves ? O_RDONLY : O_RDWR;
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) < 0) std::abort();  // lowest free number: this one
  }
}

/// CLI11 would take the next argument for the value.
void refuse_empty_values(int argc, char** argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1)
      throw Failure(exit_code::kUsage,
                    std::string(argument.substr(0, argument.size() - 1)) + ": its value is missing");
  }
}

int run_command(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "__complete")  // hidden, and in a hurry
    return complete_for_shell(argc - 1, argv + 1);
  const std::uint64_t started_us = now_us();
  CLI::App app("WebRTC signaling: the server, and tools to see what goes through it.");
  app.name("p2psig");
  set_help(app,
           "Examples:\n"
           "  p2psig serve                   a signaling server on port 3000\n"
           "  p2psig serve --port 8080       on another one\n"
           "  p2psig join lobby              who is in a room, and what they say\n"
           "  p2psig status                  who is in which room\n",
           "p2psig COMMAND [OPTIONS]");
  app.footer("Run 'p2psig COMMAND --help' for the options of a command.");
  app.set_version_flag("--version", version_text(), "Print the versions of p2psig and its libraries");
  ServeOptions serve_options;
  JoinOptions join_options;
  StatusOptions status_options;
  CLI::App* const serve_command = add_serve(app, serve_options);
  CLI::App* const join_command = add_join(app, join_options);
  CLI::App* const status_command = add_status(app, status_options);

  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return exit_code::kUsage;
  }
  const std::string first = argv[1];
  if (first == "__spec") {  // hidden
    write_output(command_line_spec(app));
    return exit_code::kDone;
  }
  if (!first.starts_with('-') && !is_command(first)) throw unknown_command(first);
  refuse_empty_values(argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    std::ostringstream text;
    app.exit(asked, text, text);
    write_output(text.str());
    return exit_code::kDone;
  } catch (const CLI::ParseError& error) {
    throw Failure(exit_code::kUsage, error.what());
  }
  if (join_command->parsed()) {
    complete(*join_command, join_options);
    return join(join_options, started_us);
  }
  if (status_command->parsed()) {
    complete(*status_command, status_options);
    return status(status_options, started_us);
  }
  if (!serve_command->parsed()) throw Failure(exit_code::kUsage, "no command is given");
  complete(*serve_command, serve_options);
  return serve(serve_options);
}

}  // namespace

int run(int argc, char** argv) {
  keep_standard_descriptors(argc > 1 && std::string_view(argv[1]) == "serve");
  try {
    return run_command(argc, argv);
  } catch (const Failure& failure) {
    std::fprintf(stderr, "p2psig: %s\n", failure.what());
    if (failure.code() == exit_code::kUsage) {
      const std::string command = argc > 1 && is_command(argv[1]) ? std::string(" ") + argv[1] : "";
      std::fprintf(stderr, "Run 'p2psig%s --help' to see what there is.\n", command.c_str());
    }
    return failure.code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "p2psig: unexpected: %s\n", error.what());
    return exit_code::kNetwork;
  }
}

}  // namespace p2psig
