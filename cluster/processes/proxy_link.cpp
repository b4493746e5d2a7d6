// Half-open connections, resets, corruption and slow ends are made here; all else is decided by
// cluster/network.h.
#include "cluster/processes/proxy_link.h"

#include <cassert>
#include <span>
#include <utility>

#include "base/choices.h"
#include "cluster/processes/proxy_connection.h"

namespace tribunal::cluster {

class ProxyLink::Connection : public ProxyConnection {
 public:
  Connection(ProxyLink& link, int descriptor)
      : ProxyConnection(link.core_, descriptor), link_(link) {}

  // The receiver's end is closed; what the sender sends is read and thrown away.
  void make_half_open() {
    if (socket(Side::near).closed()) {
      close();
      return;
    }
    half_open_ = true;
    close(Side::far);
    if (!socket(Side::near).reading()) socket(Side::near).read();
  }
  bool half_open() const { return half_open_; }

  // A newer connection takes its place.
  void retire() {
    if (half_open_) {
      close();
    } else if (!socket(Side::near).closed()) {
      ended(Side::near);
    }
  }

  using ProxyConnection::forward;

 private:
  void frame_came(Side from, const wire::Frame& frame, bool first, Time now) override {
    if (from == Side::far) return;  // between nodes only those that dial speak
    if (first) {
      if (!half_open_) forward(Side::far, now, frame.whole, true);
    } else if (half_open_) {
      ++core().statistics.frames;
      ++core().statistics.lost;
    } else {
      link_.send(*this, frame, now);
    }
  }
  void no_frame_came(Side from) override {
    if (from == Side::far) return;
    ++core().statistics.frames;
    ++core().statistics.lost;
  }
  void pass_on(Side at, wire::ByteView frame, bool first) override {
    if (first) {
      socket(at).write(frame, 0);
    } else {
      link_.pass_on(socket(at), frame);
    }
  }
  void frames_sent(Side, std::uint64_t frames) override { core().statistics.delivered += frames; }
  void frames_lost(std::uint64_t frames) override { core().statistics.lost += frames; }
  Duration end_delay() const override { return link_.slow_close_; }

  ProxyLink& link_;
  bool half_open_ = false;
};

ProxyLink::ProxyLink(ProxyCore& core, NodeId from, NodeId to) : core_(core), from_(from), to_(to) {}

ProxyLink::~ProxyLink() = default;

Result<std::unique_ptr<ProxyLink>> ProxyLink::open(ProxyCore& core, NodeId from, NodeId to) {
  std::unique_ptr<ProxyLink> link(new ProxyLink(core, from, to));
  auto listener = ProxyListener::open(
      core.io, [self = link.get()](int descriptor) { self->accept(descriptor); });
  if (!listener) return fail(listener.error().message);
  link->listener_ = std::move(listener).value();
  return link;
}

void ProxyLink::accept(int descriptor) {
  for (const auto& older : connections_) older->retire();
  connections_.push_back(std::make_unique<Connection>(*this, descriptor));
  Connection& connection = *connections_.back();
  if (resetting_) {
    connection.reset();
  } else if (half_open_) {
    connection.make_half_open();
  } else {
    connection.dial(core_.ports[index(to_)]);
  }
}

void ProxyLink::remove_finished() {
  std::erase_if(connections_, [](const auto& connection) { return connection->finished(); });
}

// A frame larger than the whole backlog passes when nothing else waits.
bool ProxyLink::has_room(std::size_t bytes) const {
  std::size_t backlog = 0;
  for (const auto& connection : connections_) backlog += connection->backlog(Side::far);
  return backlog == 0 || backlog + bytes <= core_.options.largest_backlog;
}

void ProxyLink::send(Connection& by, const wire::Frame& frame, Time now) {
  ProxyStatistics& statistics = core_.statistics;
  ++statistics.frames;
  const bool data = (frame.flags & wire::carries_data) != 0;
  const Network::Arrivals arrivals = core_.network.send(from_, to_, now, frame.whole.size(), data);
  if (arrivals.count == 0) ++statistics.lost;
  if (arrivals.count == 2) ++statistics.duplicated;
  for (std::size_t copy = 0; copy < arrivals.count; ++copy) {
    if (has_room(frame.whole.size())) {
      by.forward(Side::far, arrivals.at[copy], frame.whole, false);
    } else {
      ++statistics.lost;
    }
  }
}

void ProxyLink::pass_on(ProxySocket& receiver, wire::ByteView frame) {
  if (core_.network.cut(from_, to_)) {
    ++core_.statistics.lost;
    return;
  }
  const std::span<std::byte> bytes = receiver.write(frame, 1);
  const std::uint64_t scope = (std::uint64_t{index(from_)} << 16) | index(to_);
  const std::uint64_t ordinal = passed_on_++;
  const auto below = [&](Site site, std::uint64_t bound) {
    return draw(core_.options.seed, scope, site, ordinal, bound);
  };
  if (corrupt_ppm_ == 0 || below("corrupt"_site, 1'000'000) >= corrupt_ppm_) return;
  ++core_.statistics.corrupted;
  bytes[below("corrupt-byte"_site, bytes.size())] ^=
      static_cast<std::byte>(1 + below("corrupt-bits"_site, 255));
}

void ProxyLink::begin_reset() {
  resetting_ = true;
  for (const auto& connection : connections_) connection->reset();
}

void ProxyLink::begin_half_open() {
  half_open_ = true;
  for (const auto& connection : connections_) {
    if (!connection->finished()) connection->make_half_open();
  }
}

void ProxyLink::mend() {
  core_.network.mend(from_, to_);
  corrupt_ppm_ = 0;
  slow_close_ = Duration{};
  resetting_ = false;
  half_open_ = false;
  for (const auto& connection : connections_) {
    if (connection->half_open()) {
      connection->reset();
    } else {
      connection->hurry_end();
    }
  }
}

void ProxyLink::apply(const Action& action) {
  switch (action.primitive) {
    case Primitive::cut:
      core_.network.set_cut(from_, to_);
      break;
    case Primitive::shape:
      core_.network.set_shape(from_, to_, action.shape);
      break;
    case Primitive::corrupt:
      corrupt_ppm_ = static_cast<std::uint32_t>(action.ppm);
      break;
    case Primitive::reset:
      begin_reset();
      break;
    case Primitive::half_open:
      begin_half_open();
      break;
    case Primitive::slow_close:
      slow_close_ = action.amount;
      break;
    case Primitive::mend:
      mend();
      break;
    default:
      assert(false && "not a fault of links");
  }
}

}  // namespace tribunal::cluster
