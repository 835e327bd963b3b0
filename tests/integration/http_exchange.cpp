#include "tests/integration/http_exchange.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace p2psig::test {
namespace {

[[noreturn]] void malformed(const char* what, std::string_view bytes) {
  throw std::runtime_error(std::string(what) + ": " + std::string(bytes.substr(0, 1000)));
}

std::size_t decimal(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) malformed("not a number", text);
  return value;
}

std::pair<std::string, std::string> header_of(std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos) malformed("not a header", line);
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return {std::move(name), std::string(line.substr(colon + 2))};
}

}  // namespace

std::string HttpResponse::header(std::string_view name) const {
  std::string value;
  for (const auto& [each, text] : headers) {
    if (each != name) continue;
    if (!value.empty()) throw std::runtime_error("this header is there twice: " + each);
    value = text;
  }
  return value;
}

HttpResponse parse_response(std::string_view bytes, bool has_body) {
  constexpr std::string_view version = "HTTP/1.1 ";
  constexpr std::size_t status_digits = 3;
  const auto head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with(version) || head_end == std::string_view::npos) malformed("no response", bytes);
  std::string_view head = bytes.substr(0, head_end + 2);
  HttpResponse response;
  response.status = static_cast<unsigned>(decimal(head.substr(version.size(), status_digits)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const auto line_end = head.find("\r\n");
    response.headers.push_back(header_of(head.substr(0, line_end)));
    head.remove_prefix(line_end + 2);
  }
  response.body = bytes.substr(head_end + 4);
  const std::size_t length = decimal(response.header("content-length"));
  if (response.body.size() != (has_body ? length : 0)) malformed("not exactly one response", bytes);
  return response;
}

std::string request(std::string_view method_and_target, std::string_view more_headers) {
  std::string text(method_and_target);
  return text.append(" HTTP/1.1\r\nHost: p2psig.test\r\n").append(more_headers).append("\r\n");
}

HttpResponse ask(RawClient& client, std::string_view bytes) {
  client.send(bytes);
  const RawClient::Rest rest = client.read_rest();
  HttpResponse response = parse_response(rest.bytes, !bytes.starts_with("HEAD "));
  if (rest.end != End::closed) throw std::runtime_error("the connection was reset behind the response");
  if (response.header("connection") != "close") malformed("not 'Connection: close'", rest.bytes);
  for (const auto& [name, value] : response.headers)
    if (name.starts_with("access-control-")) malformed("open to other origins", rest.bytes);
  return response;
}

HttpResponse ask(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  return ask(client, bytes);
}

HttpResponse get(std::uint16_t port, std::string_view path) {
  return ask(port, request("GET " + std::string(path)));
}

void await_turn(std::uint16_t port) {
  if (get(port, "/healthz").status != 200) throw std::runtime_error("the server is not well");
}

}  // namespace p2psig::test
