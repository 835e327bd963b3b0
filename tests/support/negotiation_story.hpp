#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/negotiation.hpp"
#include "core/protocol/json_text.hpp"

namespace p2psig::test {

using namespace std::chrono_literals;
using Peers = std::vector<std::string>;
using Codes = std::vector<std::string>;

/// A description as a browser writes it, as short as it can be. What is empty is left out.
struct Sdp {
  struct Section {
    std::string kind = "audio";
    std::string direction = "sendrecv";
    std::vector<std::string> codecs{"opus/48000/2"};
    std::string port = "9";
    std::optional<std::string> mid;  ///< its place, unless given
    std::string more;                ///< lines
  };

  std::string ufrag = "annU";
  std::string pwd = "0123456789012345678901";
  std::string fingerprint = "sha-256 C5:B7:29:DD";
  std::string setup = "actpass";
  std::vector<Section> sections{Section{}};
  bool bundled = true;
  std::string more;  ///< lines of the session level

  [[nodiscard]] std::string text() const;
};

inline Sdp answer_sdp() {
  Sdp sdp;
  sdp.ufrag = "bobU";
  sdp.setup = "active";
  return sdp;
}

inline Sdp with_ufrag(Sdp sdp, const std::string& ufrag) {
  sdp.ufrag = ufrag;
  return sdp;
}

inline Sdp::Section data_channel() {
  Sdp::Section section;
  section.kind = "application";
  section.direction.clear();
  section.codecs.clear();
  return section;
}

inline std::string candidate_line(const std::string& type, const std::string& address = "192.168.1.7") {
  return "candidate:1 1 udp 2122260223 " + address + " 51234 typ " + type;
}

/// What peers send each other, as JSON, and what is found wrong with it. Messages are counted from 1.
class Story {
 public:
  Story() : negotiations_([this](const Finding& finding) { found_.push_back(finding); }) {}

  /// The next steps happen at this time.
  Story& at(Milliseconds now) {
    now_ = now;
    negotiations_.tick(now);
    return *this;
  }

  Story& says(const std::string& from, const Peers& to, const std::string& message) {
    negotiations_.message(now_, ++number_, from, to, read_signal(message));
    return *this;
  }
  Story& describes(const std::string& type, const std::string& from, const Peers& to,
                   const std::string& sdp) {
    return says(from, to,
                R"({"type":")" + type + R"(",")" + type + R"(":{"type":")" + type + R"(","sdp":)" +
                    json_string(sdp) + "}}");
  }
  Story& offer(const std::string& from, const std::string& to, const Sdp& sdp = {}) {
    return describes("offer", from, {to}, sdp.text());
  }
  Story& answer(const std::string& from, const std::string& to, const Sdp& sdp = answer_sdp()) {
    return describes("answer", from, {to}, sdp.text());
  }
  Story& pranswer(const std::string& from, const std::string& to, const Sdp& sdp = answer_sdp()) {
    return describes("pranswer", from, {to}, sdp.text());
  }
  /// `from` to all of `to`.
  Story& offers_all(const std::string& from, const Peers& to, const Sdp& sdp = {}) {
    return describes("offer", from, to, sdp.text());
  }
  Story& candidate_to(const Peers& to, const std::string& from, const std::string& ufrag,
                      const std::string& line = candidate_line("srflx", "203.0.113.9")) {
    return says(from, to,
                R"({"type":"ice-candidate","candidate":{"candidate":)" + json_string(line) +
                    R"(,"sdpMid":"0","sdpMLineIndex":0,"usernameFragment":)" + json_string(ufrag) + "}}");
  }
  Story& candidate(const std::string& from, const std::string& to, const std::string& ufrag,
                   const std::string& line = candidate_line("srflx", "203.0.113.9")) {
    return candidate_to({to}, from, ufrag, line);
  }
  Story& ends(const std::string& from, const std::string& to) {
    return says(from, {to}, R"({"type":"ice-candidate","candidate":null})");
  }
  Story& undeliverable(const std::string& from, const std::string& to,
                       Signal::Kind kind = Signal::Kind::other) {
    negotiations_.undeliverable(now_, ++number_, from, to, kind);
    return *this;
  }
  Story& joins(const std::string& peer) {
    negotiations_.joined(now_, peer);
    return *this;
  }
  Story& were_there(const Peers& peers) {
    negotiations_.were_there(now_, peers);
    return *this;
  }
  Story& misses() {
    negotiations_.missed();
    return *this;
  }
  Story& forgets() {
    negotiations_.forget();
    return *this;
  }
  Story& leaves(const std::string& peer) {
    negotiations_.left(now_, peer);
    return *this;
  }

  /// ann offers, bob answers, each with a candidate from a STUN server.
  Story& agree(const std::string& ann = "ann", const std::string& bob = "bob") {
    return offer(ann, bob).answer(bob, ann).candidate(ann, bob, "annU").candidate(bob, ann, "bobU");
  }

  /// The codes of what was found since the last time, in that order.
  Codes found() {
    Codes codes;
    for (const Finding& finding : found_) codes.emplace_back(name_of(finding.code));
    last_ = found_.empty() ? std::nullopt : std::optional(found_.back());
    found_.clear();
    return codes;
  }
  /// The last one of those.
  const Finding& last() { return last_.value(); }

  [[nodiscard]] std::optional<Milliseconds> next_tick() const { return negotiations_.next_tick(); }
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  std::vector<Finding> found_;
  std::optional<Finding> last_;
  Negotiations negotiations_;
  Milliseconds now_{0};
  std::uint64_t number_ = 0;
};

inline const Codes kSilence;

inline std::string Sdp::text() const {
  std::string text = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" + more;
  const auto mid_of = [](const Section& section, std::size_t at) {
    return section.mid.value_or(std::to_string(at));
  };
  if (bundled) {
    text += "a=group:BUNDLE";
    for (std::size_t i = 0; i < sections.size(); ++i)
      if (sections[i].port != "0") text += " " + mid_of(sections[i], i);
    text += "\r\n";
  }
  const auto line = [&text](const std::string& name, const std::string& value) {
    if (!value.empty()) text += "a=" + name + value + "\r\n";
  };
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    const bool rtp = section.kind != "application";
    text += "m=" + section.kind + " " + section.port + (rtp ? " UDP/TLS/RTP/SAVPF" : " UDP/DTLS/SCTP");
    if (!rtp) text += " webrtc-datachannel";
    for (std::size_t c = 0; c < section.codecs.size(); ++c) text += " " + std::to_string(96 + c);
    text += "\r\nc=IN IP4 0.0.0.0\r\n";
    line("mid:", mid_of(section, i));
    line("ice-ufrag:", ufrag);
    line("ice-pwd:", pwd);
    line("fingerprint:", fingerprint);
    line("setup:", setup);
    line("", section.direction);
    for (std::size_t c = 0; c < section.codecs.size(); ++c)
      line("rtpmap:" + std::to_string(96 + c) + " ", section.codecs[c]);
    text += section.more;
  }
  return text;
}

}  // namespace p2psig::test
