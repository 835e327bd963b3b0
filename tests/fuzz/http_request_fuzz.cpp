/// The head of an HTTP request: what is taken can smuggle nothing, and is judged alike however it arrives.
#include "core/protocol/http_request.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/check.hpp"

using namespace p2psig;
using Outcome = HttpRequestHead::Outcome;

namespace {

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

void check_complete(const HttpRequestHead& head, std::string_view bytes) {
  FUZZ_CHECK(head.size() <= bytes.size());
  FUZZ_CHECK(bytes.substr(0, head.size()).ends_with("\r\n\r\n"));
  FUZZ_CHECK(bytes.find("\r\n\r\n") + 4 == head.size());
  FUZZ_CHECK(!head.method().empty() && !head.target().empty() && head.minor_version() <= 1);
  FUZZ_CHECK(head.target().find(' ') == std::string_view::npos);
  FUZZ_CHECK(head.path().find('?') == std::string_view::npos);
  for (const auto* const name : {"host", "upgrade", "connection", "sec-websocket-protocol"}) {
    FUZZ_CHECK(head.fields().value(name).has_value() == (head.fields().count(name) != 0));
    const std::string list = head.fields().list(name);
    FUZZ_CHECK(!has_control_character(list));
    FUZZ_CHECK(list.starts_with(head.fields().value(name).value_or("")));
    if (const auto first = first_token(list)) {
      FUZZ_CHECK(!first->empty() && first->find_first_of(" \t,;:\"") == std::string_view::npos);
      FUZZ_CHECK(!has_control_character(*first));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpRequestHead head;
  const Outcome outcome = head.parse(bytes);
  if (outcome == Outcome::complete) {
    check_complete(head, bytes);
    FUZZ_CHECK(HttpRequestHead().parse(bytes.substr(0, head.size())) == Outcome::complete);
    FUZZ_CHECK(HttpRequestHead().parse(bytes.substr(0, head.size() - 1)) == Outcome::incomplete);
  }
  if (outcome == Outcome::incomplete && size != 0)
    FUZZ_CHECK(HttpRequestHead().parse(bytes.substr(0, size - 1)) == Outcome::incomplete);
  return 0;
}
