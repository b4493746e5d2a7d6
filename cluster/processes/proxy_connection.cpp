// Nothing here removes a connection: whoever holds it does so in flush(), when no handler runs.
#include "cluster/processes/proxy_connection.h"

#include <algorithm>
#include <utility>

namespace tribunal::cluster {

ProxyConnection::ProxyConnection(ProxyCore& core, int descriptor)
    : core_(core),
      near_(std::make_shared<ProxySocket>(core.io, core.outbox, *this, Side::near)),
      far_(std::make_shared<ProxySocket>(core.io, core.outbox, *this, Side::far)) {
  near_->adopt(descriptor);
}

ProxyConnection::~ProxyConnection() {
  core_.queue.drop(*this);
  near_->close();
  far_->close();
}

void ProxyConnection::dial(std::uint16_t port) {
  if (port == 0 || near_->closed() || !far_->dial(port)) close();
}

void ProxyConnection::connected(Side, bool success) {
  if (success) {
    near_->read();
    far_->read();
  } else {
    close();
  }
}

void ProxyConnection::received(Side side) {
  const std::size_t before = socket(side).input().size();
  parse_frames(side);
  core_.have_read(before - socket(side).input().size());
}

void ProxyConnection::parse_frames(Side side) {
  ProxySocket& from = socket(side);
  const Time now = core_.now();
  while (!from.closed()) {
    const wire::Parsed parsed = wire::parse_frame(from.input(), false);
    if (!parsed.error.empty()) {
      no_frame_came(side);
      close();
      return;
    }
    if (!parsed.complete) return;
    const bool first = !std::exchange(first_came_[index(side)], true);
    const std::size_t size = parsed.frame.whole.size();
    frame_came(side, parsed.frame, first, now);
    from.consume(size);
  }
}

void ProxyConnection::forward(Side to, Time when, wire::ByteView frame, bool first) {
  on_way_[index(to)] += frame.size();
  last_arrival_[index(to)] = std::max(last_arrival_[index(to)], when);
  core_.queue.add_frame(when, *this, to, frame, first);
}

void ProxyConnection::sent(Side side, const Load& load) {
  frames_sent(side, load.frames);
  look_whether_finished();
}

void ProxyConnection::ended(Side side) {
  close(side);
  const Side to = opposite(side);
  if (socket(to).closed()) return;
  core_.queue.add_end(std::max(last_arrival(to), core_.now() + end_delay()), *this, to);
}

void ProxyConnection::hurry_end() {
  if (near_->closed() == far_->closed()) return;
  const Side to = near_->closed() ? Side::far : Side::near;
  core_.queue.add_end(std::max(last_arrival(to), core_.now()), *this, to);
}

void ProxyConnection::frame_arrives(Side at, wire::ByteView frame, bool first) {
  on_way_[index(at)] -= frame.size();
  if (socket(at).takes_frames()) {
    pass_on(at, frame, first);
  } else if (!first) {
    frames_lost(1);
  }
}

void ProxyConnection::end_arrives(Side at) {
  socket(at).finish();
  look_whether_finished();
}

std::size_t ProxyConnection::backlog(Side to) const {
  const std::size_t unsent = socket(to).closed() ? 0 : socket(to).unsent().bytes;
  return on_way_[index(to)] + unsent;
}

void ProxyConnection::close(Side side) {
  if (socket(side).closed()) return;
  socket(side).close();
  frames_lost(socket(side).unsent().frames);
  look_whether_finished();
}

void ProxyConnection::close() {
  close(Side::near);
  close(Side::far);
}

void ProxyConnection::reset() {
  for (const Side side : {Side::near, Side::far}) {
    if (socket(side).closed()) continue;
    socket(side).reset();
    frames_lost(socket(side).unsent().frames);
  }
  look_whether_finished();
}

void ProxyConnection::look_whether_finished() {
  if (!finished()) return;
  frames_lost(core_.queue.drop(*this).frames);
  on_way_ = {};
  core_.any_finished = true;
}

}  // namespace tribunal::cluster
