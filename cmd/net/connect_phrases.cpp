#include "cmd/net/connect_phrases.hpp"

#include <cstdio>

namespace p2psig {

std::string get_request(const ConnectOptions& options, const std::string& path, const std::string& lines) {
  std::string request = "GET " + path + " HTTP/1.1\r\nHost: " + options.address.authority() + "\r\n" + lines +
                        "User-Agent: p2psig/" P2PSIG_VERSION "\r\n";
  for (const auto& [name, value] : options.headers)
    request.append(name).append(": ").append(value).append("\r\n");
  return request += "\r\n";
}

std::string cannot_connect(const std::string& url, const std::string& why) {
  return "cannot connect to " + url + ": " + why;
}

std::string cannot_resolve(const std::string& host, const std::string& why) {
  return "cannot resolve " + host + ": " + why;
}

std::string no_http_server(const std::string& url, std::string_view fault) {
  return "what answers at " + url + " is not an HTTP server: " + std::string(fault);
}

std::string no_answer_within(const ConnectOptions& options) {
  return "no answer within " + seconds_in_words(options.timeout) + " (--connect-timeout sets that time)";
}

std::string hint_about(unsigned status) {
  if (status == 401 || status == 403) return " (does it want a token? --token-file)";
  if (status == 404) return " (is the path right?)";
  if (status >= 300 && status < 400) return " (redirects are not followed: give the final --url)";
  return {};
}

std::string seconds_in_words(Milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", static_cast<double>(time.count()) / 1000);
  return text;
}

}  // namespace p2psig
