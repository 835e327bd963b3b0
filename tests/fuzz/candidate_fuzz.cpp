/// Candidates: what is read and written out again is read as the same, and both words and faults are short
/// and UTF-8 where the candidate is.
#include "core/client/candidate.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "tests/fuzz/check.hpp"

using namespace p2psig;

namespace {

std::string written_out(const Candidate& candidate) {
  std::string line = "candidate:" + candidate.foundation + ' ' + std::to_string(candidate.component) + ' ' +
                     candidate.transport + ' ' + std::to_string(candidate.priority) + ' ' +
                     candidate.address + ' ' + std::to_string(candidate.port) + " typ " + candidate.type;
  if (!candidate.related_address.empty()) line += " raddr " + candidate.related_address;
  line += " rport " + std::to_string(candidate.related_port);
  if (!candidate.tcp_type.empty()) line += " tcptype " + candidate.tcp_type;
  if (!candidate.ufrag.empty()) line += " ufrag " + candidate.ufrag;
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(reinterpret_cast<const char*>(data), size);
  const auto candidate = parse_candidate(line);
  const std::string told = candidate ? in_words(*candidate) : candidate.error();
  FUZZ_CHECK(!told.empty());
  FUZZ_CHECK(told.size() <= limits::kWordsBytes);
  FUZZ_CHECK(!is_utf8(line) || is_utf8(told));
  if (!candidate) return 0;
  FUZZ_CHECK(candidate->component >= 1);
  FUZZ_CHECK(candidate->component <= 256);
  const auto again = parse_candidate(written_out(*candidate));
  FUZZ_CHECK(again);
  FUZZ_CHECK(*again == *candidate);
  if (!line.starts_with("a=")) FUZZ_CHECK(*parse_candidate("a=" + line + "\r\n") == *candidate);
  return 0;
}
