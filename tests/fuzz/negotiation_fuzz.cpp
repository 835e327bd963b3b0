/// A conversation, a message a line: what peers send each other is read whatever it is, and what is said of
/// it can be shown.
#include "core/client/negotiation.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/client/fields.hpp"
#include "core/protocol/envelope.hpp"
#include "tests/fuzz/check.hpp"

using namespace p2psig;
using Kind = Signal::Kind;

namespace {

bool is_description(Kind kind) {
  return kind == Kind::offer || kind == Kind::answer || kind == Kind::pranswer;
}

Signal read_and_check(std::string_view message) {
  Signal signal = read_signal(message);
  FUZZ_CHECK(signal.kind == Kind::other || signal.kind == Kind::bye || scan_envelope(message).has_value());
  FUZZ_CHECK(!signal.description || is_description(signal.kind));
  FUZZ_CHECK(!signal.candidate || signal.kind == Kind::candidate);
  const bool lacks = (is_description(signal.kind) && !signal.description) ||
                     (signal.kind == Kind::candidate && !signal.candidate);
  FUZZ_CHECK(!lacks || !signal.fault.empty());
  return signal;
}

void check_finding(const Finding& finding) {
  FUZZ_CHECK(!finding.messages.empty() && !finding.from.empty());
  FUZZ_CHECK(std::is_sorted(finding.messages.begin(), finding.messages.end()));
  FUZZ_CHECK(finding.detail.size() < 1'000);
  FUZZ_CHECK(
      std::all_of(finding.detail.begin(), finding.detail.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace

/// A line begins with two letters for what happens and to whom, and one for how much time passes before it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::array<std::string, 4> peers{"ann", "bob", "cat", "dan"};
  Negotiations negotiations(check_finding);
  Milliseconds now{0};
  std::uint64_t number = 0;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    if (line.size() < 3) continue;
    const auto letter = [line](std::size_t at) { return static_cast<unsigned char>(line[at]); };
    const std::string& from = peers[letter(0) % 4U];
    const std::string& to = peers[letter(1) % 4U];
    now += Milliseconds(letter(2) * 10);
    const Signal signal = read_and_check(line.substr(3));
    switch (letter(0) / 4U % 8U) {
      case 0:
        negotiations.left(now, from);
        break;
      case 1:
        negotiations.undeliverable(now, ++number, from, to, signal.kind);
        break;
      case 2:
        negotiations.message(now, ++number, from, {peers.begin(), peers.end()}, signal);
        break;
      default:
        negotiations.message(now, ++number, from, {to}, signal);
    }
    negotiations.tick(now);
    FUZZ_CHECK(negotiations.next_tick().value_or(now + Milliseconds(1)) > now);
  }
  return 0;
}
