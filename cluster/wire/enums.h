// The greatest value of each enum of sut/ that travels or is stored.
#pragma once

#include "cluster/wire/codec.h"
#include "sut/command.h"
#include "sut/multi_leader/message.h"
#include "sut/node.h"
#include "sut/raft/message.h"
#include "sut/replicated/datum.h"
#include "sut/replicated/stamp.h"
#include "sut/replicated/value.h"
#include "sut/single_leader/message.h"

namespace tribunal::cluster::wire {

// What comes after the last one is no value; a test holds this against the enums themselves.
template <auto Last>
struct UpTo {
  static constexpr auto last = Last;
};

template <>
struct EnumRange<sut::CommandKind> : UpTo<sut::CommandKind::inspect> {};
template <>
struct EnumRange<spec::Change::What> : UpTo<spec::Change::What::remove> {};
template <>
struct EnumRange<sut::Status> : UpTo<sut::Status::unavailable> {};
template <>
struct EnumRange<sut::WitnessKind> : UpTo<sut::WitnessKind::restored> {};
template <>
struct EnumRange<sut::Role> : UpTo<sut::Role::leader> {};
template <>
struct EnumRange<sut::raft::RecordKind> : UpTo<sut::raft::RecordKind::checkpoint> {};
template <>
struct EnumRange<sut::single_leader::RecordKind>
    : UpTo<sut::single_leader::RecordKind::checkpoint> {};
template <>
struct EnumRange<sut::multi_leader::RecordKind> : UpTo<sut::multi_leader::RecordKind::checkpoint> {
};
template <>
struct EnumRange<sut::replicated::Type> : UpTo<sut::replicated::Type::lock> {};
template <>
struct EnumRange<sut::replicated::Policy> : UpTo<sut::replicated::Policy::priority> {};
template <>
struct EnumRange<sut::replicated::ClockKind> : UpTo<sut::replicated::ClockKind::version_vector> {};

}  // namespace tribunal::cluster::wire
