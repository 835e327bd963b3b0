/// Session descriptions: any bytes become a description within its limits, the same one whatever ends its
/// lines, and words that are short and UTF-8 where the description is. A byte FF separates two descriptions,
/// of which the second changes the first.
#include "core/client/sdp.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "tests/fuzz/check.hpp"

using namespace p2psig;

namespace {

void check_phrase(const std::string& phrase, bool is_text) {
  FUZZ_CHECK(!phrase.empty());
  FUZZ_CHECK(phrase.size() <= limits::kWordsBytes);
  FUZZ_CHECK(phrase.find('\n') == std::string::npos);
  FUZZ_CHECK(!is_text || is_utf8(phrase));
}

void check_faults(const SessionDescription& description, std::string_view text, bool is_text) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  std::size_t last = 1;
  for (const SdpFault& fault : description.faults) {
    FUZZ_CHECK(fault.line >= last);
    FUZZ_CHECK(fault.line <= lines);
    last = fault.line;
    check_phrase(fault.what, is_text);
  }
  FUZZ_CHECK(description.faults.size() <= limits::kSdpFaults);
  FUZZ_CHECK(description.more_faults == 0 || description.faults.size() == limits::kSdpFaults);
}

void check_limits(const SessionDescription& description) {
  std::size_t codecs = 0;
  std::size_t candidates = 0;
  FUZZ_CHECK(description.media.size() <= limits::kSdpSections);
  FUZZ_CHECK(description.bundle.size() <= limits::kSdpSections);
  for (const MediaSection& section : description.media) {
    codecs += section.codecs.size();
    candidates += section.candidates.size();
    FUZZ_CHECK(section.codec_names().size() <= section.codecs.size());
    FUZZ_CHECK(section.send_rids.size() <= limits::kSdpLayers);
    FUZZ_CHECK(section.receive_rids.size() <= limits::kSdpLayers);
    for (const std::string* token : {&section.mid, &section.ufrag, &section.pwd, &section.fingerprint})
      FUZZ_CHECK(token->size() <= limits::kSdpTokenBytes);
  }
  FUZZ_CHECK(codecs <= limits::kSdpCodecs);
  FUZZ_CHECK(candidates <= limits::kSdpCandidates);
}

std::string with_windows_lines(std::string_view text) {
  std::string windows;
  for (const char c : text) {
    if (c == '\n') windows += '\r';
    windows += c;
  }
  return windows;
}

SessionDescription check_description(std::string_view text) {
  SessionDescription description = parse_sdp(text);
  const bool is_text = is_utf8(text);
  check_faults(description, text, is_text);
  check_limits(description);
  check_phrase(in_words(description), is_text);
  for (const MediaSection& section : description.media) check_phrase(in_words(section), is_text);
  FUZZ_CHECK(description.ufrags().size() <= description.media.size());
  FUZZ_CHECK(changes(description, description).empty());
  FUZZ_CHECK(parse_sdp(std::string(text) + "\r\n") == description);
  if (text.find('\r') == std::string_view::npos)
    FUZZ_CHECK(parse_sdp(with_windows_lines(text)) == description);
  return description;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\xFF');
  const SessionDescription before = check_description(text.substr(0, end));
  const SessionDescription after =
      end == std::string_view::npos ? SessionDescription{} : check_description(text.substr(end + 1));
  const auto phrases = changes(before, after);
  FUZZ_CHECK(phrases.size() <= limits::kChanges);
  const bool is_text =
      is_utf8(text.substr(0, end)) && (end == std::string_view::npos || is_utf8(text.substr(end + 1)));
  for (const std::string& phrase : phrases) check_phrase(phrase, is_text);
  return 0;
}
