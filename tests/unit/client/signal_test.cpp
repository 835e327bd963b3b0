#include "core/client/signal.hpp"

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using Kind = Signal::Kind;

namespace {

constexpr auto kSdp =
    R"("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n")";
constexpr auto kLine = R"("candidate:1 1 udp 2122260223 192.168.1.7 51234 typ host ufrag 7Kx2")";

/// `message`, in which SDP and LINE stand for JSON strings.
Signal signal_in(std::string message) {
  const auto put = [&message](std::string_view word, std::string_view text) {
    const auto at = message.find(word);
    if (at != std::string::npos) message.replace(at, word.size(), text);
  };
  put("SDP", kSdp);
  put("LINE", kLine);
  return read_signal(message);
}

bool is_described(const Signal& signal, Kind kind) {
  return signal.kind == kind && signal.fault.empty() && signal.description &&
         signal.description->media.size() == 1 && signal.description->media[0].kind == "audio";
}

bool is_candidate(const Signal& signal) {
  return signal.kind == Kind::candidate && signal.fault.empty() && signal.candidate &&
         signal.candidate->address == "192.168.1.7" && signal.ufrag == "7Kx2";
}

/// JSON in a string, that often.
std::string wrapped(std::string json, std::size_t times, const std::string& around) {
  for (std::size_t i = 0; i < times; ++i)
    json = std::string(R"({")").append(around).append(R"(":)").append(json).append("}");
  return json;
}

}  // namespace

TEST_CASE("a description is found in each dialect", "[signal]") {
  const std::string message =
      GENERATE(R"({"type":"offer","to":"x","offer":{"type":"offer","sdp":SDP},"from":"y"})",
               R"({"type":"offer","offer":{"sdp":SDP}})",                   // its own type left out
               R"({"type":"offer","offer":SDP})",                           // as a string
               R"({"type":"offer","sdp":SDP})",                             // flat, as simple-peer's events
               R"({"type":"offer","sdp":{"type":"offer","sdp":SDP}})",      //
               R"({"type":"offer","data":SDP})",                            //
               R"({"type":"signal","signal":{"type":"offer","sdp":SDP}})",  // simple-peer's, nested
               R"({"type":"signal","data":{"type":"offer","sdp":SDP}})",    //
               R"({"type":"message","offer":{"sdp":SDP}})",                 // by its key
               R"({"type":"perfect","description":{"type":"offer","sdp":SDP}})",  // perfect negotiation
               R"({"type":"OFFER","payload":{"sdp":{"type":"offer","sdp":SDP},"type":"media"}})",  // PeerJS
               R"({"type":"renegotiate","streams":{"a":"b"},"sdp":{"type":"offer","sdp":SDP}})");
  CAPTURE(message);
  CHECK(is_described(signal_in(message), Kind::offer));
}

TEST_CASE("a description in a string that holds JSON is found", "[signal]") {
  CHECK(
      is_described(read_signal(R"({"type":"offer","offer":"{\"type\":\"offer\",\"sdp\":\"v=0\\r\\nm=audio 9 )"
                               R"(UDP/TLS/RTP/SAVPF 0\\r\\n\"}"})"),
                   Kind::offer));
}

TEST_CASE("a description's own type outweighs the message's", "[signal]") {
  CHECK(is_described(signal_in(R"({"type":"offer","offer":{"type":"answer","sdp":SDP}})"), Kind::answer));
  CHECK(
      is_described(signal_in(R"({"type":"answer","answer":{"type":"pranswer","sdp":SDP}})"), Kind::pranswer));
  CHECK(
      is_described(signal_in(R"({"type":"answer","answer":{"type":"something","sdp":SDP}})"), Kind::answer));
  CHECK(signal_in(R"({"type":"offer","offer":{"type":"rollback","sdp":""}})").kind == Kind::rollback);
  CHECK(signal_in(R"({"type":"rollback"})").kind == Kind::rollback);
}

TEST_CASE("a description that is missing or empty is said to be so", "[signal]") {
  for (const auto* const message : {R"({"type":"answer"})", R"({"type":"answer","answer":null})",
                                    R"({"type":"answer","answer":{"sdp":1}})"}) {
    const Signal signal = read_signal(message);
    CHECK(signal.kind == Kind::answer);
    CHECK_FALSE(signal.description);
    CHECK(signal.fault == "no SDP is in it");
  }
  const Signal empty = read_signal(R"({"type":"offer","offer":{"type":"offer","sdp":""}})");
  CHECK(empty.kind == Kind::offer);
  CHECK(empty.fault == "its SDP is empty");
}

TEST_CASE("a candidate is found in each dialect", "[signal]") {
  const std::string message = GENERATE(
      R"({"type":"ice-candidate","candidate":{"candidate":LINE,"sdpMid":"0","usernameFragment":"7Kx2"}})",
      R"({"type":"ice-candidate","candidate":{"candidate":LINE,"sdpMid":"0","usernameFragment":null}})",
      R"({"type":"candidate","candidate":LINE,"sdpMid":"0"})",                              //
      R"({"type":"candidate","candidate":{"candidate":LINE,"sdpMLineIndex":0}})",           // simple-peer
      R"({"type":"signal","signal":{"type":"candidate","candidate":{"candidate":LINE}}})",  //
      R"({"type":"signal","candidate":{"candidate":LINE}})",          // perfect negotiation
      R"({"type":"iceCandidate","data":{"sdpMid":"0","sdp":LINE}})",  // Android's
      R"({"type":"CANDIDATE","payload":{"candidate":{"candidate":LINE,"sdpMid":"0"},"type":"data"}})",  // PeerJS
      R"({"type":"message","ice":{"candidate":LINE}})");
  CAPTURE(message);
  CHECK(is_candidate(signal_in(message)));
}

TEST_CASE("a candidate's section and fragment are read", "[signal]") {
  const Signal own = signal_in(R"({"type":"candidate","candidate":{"candidate":LINE,"sdpMid":"7"}})");
  CHECK(own.mid == "7");
  CHECK(own.ufrag == "7Kx2");
  CHECK(signal_in(R"({"type":"candidate","candidate":{"candidate":LINE,"usernameFragment":"abcd"}})").ufrag ==
        "abcd");
}

TEST_CASE("a candidate that is null or empty is the end of them", "[signal]") {
  for (const auto* const message :
       {R"({"type":"ice-candidate","candidate":null})", R"({"type":"ice-candidate","candidate":""})",
        R"({"type":"ice-candidate","candidate":"null"})",
        R"({"type":"candidate","candidate":{"candidate":""}})",
        R"({"type":"candidate","candidate":{"candidate":null}})",
        R"({"type":"candidate","candidate":{"sdpMid":"0","sdpMLineIndex":0}})",
        R"({"type":"signal","data":{"candidate":null}})"}) {
    CAPTURE(message);
    CHECK(read_signal(message).kind == Kind::end_of_candidates);
  }
  const Signal signal = read_signal(
      R"({"type":"candidate","candidate":{"candidate":"","sdpMid":"1","usernameFragment":"7Kx2"}})");
  CHECK(signal.mid == "1");
  CHECK(signal.ufrag == "7Kx2");
}

TEST_CASE("a candidate that cannot be read is one with a fault", "[signal]") {
  for (const auto* const message :
       {R"({"type":"ice-candidate"})", R"({"type":"ice-candidate","candidate":{}})",
        R"({"type":"ice-candidate","candidate":7})", R"({"type":"candidate","candidate":"nonsense"})",
        R"({"type":"candidate","candidate":{"candidate":"candidate:1 1 udp","sdpMid":"0"}})"}) {
    CAPTURE(message);
    const Signal signal = read_signal(message);
    CHECK(signal.kind == Kind::candidate);
    CHECK_FALSE(signal.candidate);
    CHECK_FALSE(signal.fault.empty());
  }
}

TEST_CASE("an application's own messages are none of WebRTC", "[signal]") {
  for (const auto* const message :
       {R"({"type":"chat","text":"offer"})", R"({"type":"signal","signal":{"renegotiate":true}})",
        R"({"type":"signal","signal":{"type":"transceiverRequest","transceiverRequest":{"kind":"video"}}})",
        R"({"type":"shop","offer":{"price":5}})", R"({"type":"vote","candidate":"Ann"})",
        R"({"type":"config","ice":{"urls":"stun:x"}})", R"({"type":"x","sdp":"v=0"})", "{}"}) {
    CAPTURE(message);
    const Signal signal = read_signal(message);
    CHECK(signal.kind == Kind::other);
    CHECK(signal.fault.empty());
  }
}

TEST_CASE("an application's word for the end is one", "[signal]") {
  for (const auto* const word :
       {"bye", "Bye", "hangup", "hang-up", "leave", "reject", "decline", "busy", "cancel"})
    CHECK(read_signal(std::string(R"({"type":")") + word + R"(","reason":"x"})").kind == Kind::bye);
}

TEST_CASE("what cJSON would misread is not read, and said to be so", "[signal]") {
  for (const auto* const message :
       {R"({"type":"offer","type":"answer"})", R"({"type":"offer","sdp":"v=0\u0000"})",
        R"({"type":"offer","sdp":"\ud800"})"}) {
    const Signal signal = read_signal(message);
    CHECK(signal.kind == Kind::other);
    CHECK(signal.fault == "has a key twice, a \\u0000 or half a surrogate pair");
  }
  const std::string deep = R"({"type":"offer","a":)" + std::string(64, '[') + std::string(64, ']') + "}";
  CHECK(read_signal(deep).kind == Kind::other);
  CHECK(read_signal(deep).fault == "is nested too deeply");
  for (const std::string_view message : {"", "[]", "offer", "{\"type\":\"offer\"", "\xFF", "\"{}\""}) {
    CHECK(read_signal(message).kind == Kind::other);
    CHECK(read_signal(message).fault == "is no JSON object");
  }
}

TEST_CASE("a description is looked for so many levels deep", "[signal]") {
  const std::string innermost = R"({"type":"answer","sdp":"v=0"})";
  CHECK(read_signal(wrapped(innermost, limits::kSignalLevels - 2, "data")).kind == Kind::answer);
  CHECK(read_signal(wrapped(innermost, limits::kSignalLevels - 1, "data")).kind == Kind::answer);
  CHECK(read_signal(wrapped(innermost, limits::kSignalLevels, "data")).kind == Kind::other);
  CHECK(read_signal(wrapped(innermost, limits::kNestingLevels - 1, "data")).kind == Kind::other);
}

TEST_CASE("JSON in strings counts as a level", "[signal]") {
  const auto in_string = [](const std::string& json) {
    std::string text;
    for (const char c : json) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    return R"({"data":")" + text + "\"}";
  };
  std::string message = R"({"type":"answer","sdp":"v=0"})";
  for (std::size_t i = 1; i < limits::kSignalLevels; ++i) message = in_string(message);
  CHECK(read_signal(message).kind == Kind::answer);
  CHECK(read_signal(in_string(message)).kind == Kind::other);
}

TEST_CASE("a message of a thousand objects is searched once", "[signal]") {
  std::string message = R"({"type":"x")";
  for (int i = 0; i < 20'000; ++i) message += ",\"" + std::to_string(i) + R"(":{})";
  message += R"(,"data":{"type":"answer","sdp":"v=0"}})";
  CHECK(read_signal(message).kind == Kind::answer);
}
