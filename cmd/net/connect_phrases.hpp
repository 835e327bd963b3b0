#pragma once

#include <string>
#include <string_view>

#include "cmd/net/connect_options.hpp"

/// What all ways to a server say: to the server, and to people when it fails.
namespace p2psig {

/// A GET of `path`; `lines`, each with its end, are what is special about it.
[[nodiscard]] std::string get_request(const ConnectOptions& options, const std::string& path,
                                      const std::string& lines);

/// "cannot connect to ws://127.0.0.1:3000: ..."
[[nodiscard]] std::string cannot_connect(const std::string& url, const std::string& why);
[[nodiscard]] std::string cannot_resolve(const std::string& host, const std::string& why);
/// `fault`: HttpReplyReader's.
[[nodiscard]] std::string no_http_server(const std::string& url, std::string_view fault);
/// Why, when it was out of time.
[[nodiscard]] std::string no_answer_within(const ConnectOptions& options);

/// What may be behind a reply's status: " (is the path right?)", or nothing.
[[nodiscard]] std::string hint_about(unsigned status);

/// "10 s", "0.2 s"
[[nodiscard]] std::string seconds_in_words(Milliseconds time);

}  // namespace p2psig
