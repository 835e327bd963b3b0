#include "cmd/net/http.hpp"

#include "core/protocol/json.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig {
namespace {

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 426:
      return "Upgrade Required";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

}  // namespace

std::string head_of(const HttpReply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  head.append(reason_phrase(reply.status)).append("\r\nContent-Type: ").append(reply.content_type);
  head.append("\r\nContent-Length: ").append(std::to_string(reply.body->size()));
  head.append("\r\nConnection: close\r\nCache-Control: no-store\r\n");
  if (reply.status == 405) head += "Allow: GET, HEAD\r\n";
  if (reply.status == 426) head += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
  return head += "\r\n";
}

HttpReply reply_to(const Refusal& refusal) {
  HttpReply reply;
  reply.status = refusal.status;
  reply.body = std::make_shared<const std::string>(
      Json::object({{type::kError, refusal.code}, {key::kDetail, refusal.detail}}).text() + "\n");
  return reply;
}

}  // namespace p2psig
