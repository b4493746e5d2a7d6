// A cluster that only remembers what is done to it, refuses what a real one would refuse, and can
// tell whether it is in perfect health.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/actions.h"
#include "cluster/cluster.h"
#include "nemesis/harm.h"

namespace tribunal::nemesis::testing {

using cluster::Action;
using cluster::LinkShape;
using cluster::Primitive;

struct ModelNode {
  bool alive = true;
  bool paused = false;
  Duration offset{};    // of the wall clock by steps
  bool skewed = false;  // a rate or step since the last reset
  std::int64_t ppm = 0;
  Duration disk_slow{};
  bool disk_full = false;
  bool disk_lie = false;
  bool disk_error = false;
  bool lost_requests = false;
  bool lost_replies = false;
  sut::View view;
};

class ModelCluster final : public cluster::Cluster {
 public:
  explicit ModelCluster(std::uint16_t nodes) : nodes_(nodes) {
    for (int p = 0; p <= static_cast<int>(Primitive::promote); ++p)
      able_.insert(static_cast<Primitive>(p));
  }

  std::uint16_t node_count() const override { return static_cast<std::uint16_t>(nodes_.size()); }
  Time now() const override { return now_; }
  void set_now(Time now) { now_ = now; }
  std::uint64_t invoke(ClientId, NodeId, const sut::Command&, Duration) override { return 0; }
  std::optional<cluster::Completion> run_until(Time deadline) override {
    now_ = deadline;
    return std::nullopt;
  }
  const std::set<Primitive>& capabilities() const override { return able_; }
  void cannot(Primitive primitive) { able_.erase(primitive); }
  void can_as(cluster::ClusterKind kind, bool members) {
    able_ = cluster::capabilities_of(kind, members);
    world_ = kind == cluster::ClusterKind::simulated ? "simulated" : "processes";
  }

  Status apply(const Action& action) override {
    now_ += takes;
    ModelNode& node = nodes_.at(index(action.node));
    switch (action.primitive) {
      case Primitive::cut:
      case Primitive::mend:
      case Primitive::shape:
      case Primitive::corrupt:
      case Primitive::reset:
      case Primitive::half_open:
      case Primitive::slow_close:
        change_link(action);
        break;
      case Primitive::pause:
        if (!node.alive || node.paused) return refuse(action);
        node.paused = true;
        break;
      case Primitive::resume:
        if (!node.alive || !node.paused) return refuse(action);
        node.paused = false;
        break;
      case Primitive::kill:
      case Primitive::power_loss:
        if (!node.alive) return refuse(action);
        node.alive = node.paused = false;
        break;
      case Primitive::restart:
        if (node.alive) return refuse(action);
        node.alive = true;
        break;
      case Primitive::clock_step:
        node.offset += action.amount;
        node.skewed = true;
        break;
      case Primitive::clock_rate:
        node.ppm = action.ppm;
        node.skewed = true;
        break;
      case Primitive::clock_reset:
        node.offset = Duration{};
        node.ppm = 0;
        node.skewed = false;
        break;
      case Primitive::disk_slow:
        node.disk_slow = action.amount;
        break;
      case Primitive::disk_full:
        node.disk_full = true;
        break;
      case Primitive::disk_lie:
        node.disk_lie = true;
        break;
      case Primitive::lose_requests:
        node.lost_requests = true;
        break;
      case Primitive::lose_replies:
        node.lost_replies = true;
        break;
      case Primitive::reach_clients:
        node.lost_requests = node.lost_replies = false;
        break;
      case Primitive::disk_error:
        node.disk_error = true;
        break;
      case Primitive::disk_heal:
        node.disk_slow = Duration{};
        node.disk_full = node.disk_lie = node.disk_error = false;
        break;
      case Primitive::disk_corrupt:
        if (node.alive) return refuse(action);
        break;
      case Primitive::member_add:
      case Primitive::member_remove:
      case Primitive::promote:
        if (!node.alive) return refuse(action);
        break;
    }
    actions.push_back(action);
    return {};
  }

  cluster::NodeState state(NodeId node) const override {
    const ModelNode& n = nodes_.at(index(node));
    return {n.alive, n.paused, n.view};
  }
  std::vector<sut::Content> contents(NodeId) const override { return {}; }
  const std::vector<sut::ProtocolViolation>& violations() const override { return none_; }
  const std::vector<cluster::Election>& elections() const override { return no_elections_; }
  cluster::Statistics statistics() const override { return {}; }
  const char* world() const override { return world_; }
  std::uint64_t trace_hash() const override { return 0; }
  const std::string& trace() const override { return text_; }
  std::string log(NodeId) const override { return ""; }

  ModelNode& node(std::uint16_t i) { return nodes_.at(i); }
  LinkHarm link(std::uint16_t from, std::uint16_t to) const {
    const auto found = links_.find({NodeId{from}, NodeId{to}});
    return found == links_.end() ? LinkHarm{} : found->second;
  }
  bool cut(std::uint16_t from, std::uint16_t to) const { return link(from, to).cut; }
  LinkShape shape(std::uint16_t from, std::uint16_t to) const { return link(from, to).shape; }

  // Everything that is wrong with it, in words; "" for perfect health.
  std::string residue() const {
    std::string out;
    for (const auto& [link, harm] : links_) {
      if (harm == LinkHarm{}) continue;
      out +=
          " link " + std::to_string(index(link.first)) + ">" + std::to_string(index(link.second));
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const ModelNode& n = nodes_[i];
      const std::string name = " n" + std::to_string(i + 1);
      if (!n.alive) out += name + " dead";
      if (n.paused) out += name + " paused";
      if (n.skewed || n.offset != Duration{} || n.ppm != 0) out += name + " clock";
      if (n.lost_requests || n.lost_replies) out += name + " clients";
      if (n.disk_slow != Duration{} || n.disk_full || n.disk_lie || n.disk_error)
        out += name + " disk";
    }
    return out;
  }

  Duration takes{};             // each action
  std::vector<Action> actions;  // that were carried out
  std::vector<std::string> refused;

 private:
  Status refuse(const Action& action) {
    refused.push_back(cluster::name(action.primitive));
    return fail(std::string(cluster::name(action.primitive)) + ": refused");
  }
  void change_link(const Action& action) {
    LinkHarm& link = links_[{action.node, action.peer}];
    if (action.primitive == Primitive::cut) link.cut = true;
    if (action.primitive == Primitive::mend) link = LinkHarm{};
    if (action.primitive == Primitive::shape) link.shape = action.shape;
    if (action.primitive == Primitive::corrupt)
      link.corrupt_ppm = static_cast<std::uint32_t>(action.ppm);
    if (action.primitive == Primitive::reset) link.reset = true;
    if (action.primitive == Primitive::half_open) link.half_open = true;
    if (action.primitive == Primitive::slow_close) link.slow_close = action.amount;
  }

  std::vector<ModelNode> nodes_;
  std::map<Link, LinkHarm> links_;
  std::set<Primitive> able_;
  std::vector<sut::ProtocolViolation> none_;
  std::vector<cluster::Election> no_elections_;
  std::string text_;
  const char* world_ = "model";
  Time now_{};
};

}  // namespace tribunal::nemesis::testing
