// A connection through the proxy: two TCP connections that live together. When one ends, the other
// is ended after what is still on its way in that direction has arrived.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "cluster/processes/delivery_queue.h"
#include "cluster/processes/proxy_core.h"
#include "cluster/processes/proxy_socket.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

class ProxyConnection : public ProxySocket::Owner, public DeliveryQueue::Destination {
 public:
  // Takes an accepted descriptor.
  ProxyConnection(ProxyCore& core, int descriptor);
  virtual ~ProxyConnection();
  ProxyConnection(const ProxyConnection&) = delete;
  ProxyConnection& operator=(const ProxyConnection&) = delete;

  // Goes on to a node; port 0, or a refusal there, closes the connection.
  void dial(std::uint16_t port);
  // Both ends at once; what was on its way or not yet sent is lost.
  void close();
  void reset();
  bool finished() const { return near_->closed() && far_->closed(); }

  // One end is over, by itself or because somebody wants it so; the other follows.
  void ended(Side side) final;
  // The end of a side that is over reaches the other at once, though not before what is on its way.
  void hurry_end();

  // Bytes that wait on the way to a side, or to be sent there.
  std::size_t backlog(Side to) const;

 protected:
  // A frame came from `from`; `first` of this direction. What it views is gone afterwards.
  virtual void frame_came(Side from, const wire::Frame& frame, bool first, Time now) = 0;
  virtual void no_frame_came(Side) {}  // but other bytes; the connection is closed next
  // A frame has arrived at `at`, which takes it: writes it there, or loses it.
  virtual void pass_on(Side at, wire::ByteView frame, bool first) = 0;
  // Frames that reached the operating system at `to`, or never will.
  virtual void frames_sent(Side to, std::uint64_t frames) = 0;
  virtual void frames_lost(std::uint64_t frames) = 0;
  virtual Duration end_delay() const { return {}; }

  // On its way: pass_on() is called at `when`, unless nobody takes it any more. A first frame is no
  // message, and not counted.
  void forward(Side to, Time when, wire::ByteView frame, bool first);
  void close(Side side);
  ProxySocket& socket(Side side) { return side == Side::near ? *near_ : *far_; }
  const ProxySocket& socket(Side side) const { return side == Side::near ? *near_ : *far_; }
  Time last_arrival(Side to) const { return last_arrival_[index(to)]; }
  ProxyCore& core() { return core_; }

 private:
  void connected(Side side, bool success) final;
  void received(Side side) final;
  void sent(Side side, const Load& load) final;
  void frame_arrives(Side at, wire::ByteView frame, bool first) final;
  void end_arrives(Side at) final;
  void parse_frames(Side from);
  void look_whether_finished();

  ProxyCore& core_;
  std::shared_ptr<ProxySocket> near_;
  std::shared_ptr<ProxySocket> far_;
  std::array<std::size_t, 2> on_way_{};  // bytes, by where they go to
  std::array<Time, 2> last_arrival_{};   // of what is on its way there
  std::array<bool, 2> first_came_{};     // by where it came from
};

}  // namespace tribunal::cluster
