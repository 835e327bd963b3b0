// What the server sends, as the text it has to be.
export const id = (peer) => `{"type":"id","id":"${peer}"}`;
export const roomJoined = (room) => `{"type":"room-joined","room":${JSON.stringify(room)}}`;
export const roomLeft = (room) => `{"type":"room-left","room":${JSON.stringify(room)}}`;
export const roomPeers = (...peers) => JSON.stringify({ type: 'room-peers', peers: peers.map((peer) => peer.id) });
export const peerJoined = (peer) => `{"type":"peer-joined","peerId":"${peer.id}"}`;
export const peerLeft = (peer) => `{"type":"peer-left","peerId":"${peer.id}"}`;
export const unavailable = (to) =>
  `{"type":"error","message":"target-unavailable-or-different-room","to":${JSON.stringify(to)}}`;

// A message as it is delivered: as sent, with who sent it as the last member.
export function relayed(sent, from) {
  const brace = sent.lastIndexOf('}');
  return `${sent.slice(0, brace)},"from":"${from.id}"${sent.slice(brace)}`;
}

export const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
