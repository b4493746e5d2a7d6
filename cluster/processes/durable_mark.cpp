#include "cluster/processes/durable_mark.h"

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <span>
#include <system_error>

#include <sys/mman.h>

#include "cluster/processes/files.h"
#include "cluster/processes/little_endian.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {
namespace {

static_assert(std::endian::native == std::endian::little,
              "numbers are shared as they lie in memory");

// One word of magic, then two slots of four words: sequence, number, length, checksum.
constexpr std::uint64_t magic = 0x314b52414d425254;  // "TRBMARK1"
constexpr std::size_t slot_words = 4;
constexpr std::size_t words = 1 + 2 * slot_words;
constexpr std::size_t size = words * sizeof(std::uint64_t);
using Words = std::array<std::uint64_t, words>;

std::string path_in(const std::string& directory) { return directory + "/synced"; }

std::uint64_t checksum(std::uint64_t sequence, Mark mark) {
  const std::array<std::uint64_t, 3> fields{sequence, mark.number, mark.length};
  return wire::crc32c(std::as_bytes(std::span(fields)));
}

struct Slot {
  std::size_t first = 1;  // its first word
  std::uint64_t sequence = 0;
  Mark mark;
};

// The whole slot with the higher sequence.
std::optional<Slot> latest(std::span<const std::uint64_t> all) {
  std::optional<Slot> found;
  for (std::size_t first = 1; first < words; first += slot_words) {
    const Slot slot{first, all[first], {all[first + 1], all[first + 2]}};
    if (all[first + 3] != checksum(slot.sequence, slot.mark)) continue;
    if (!found || slot.sequence > found->sequence) found = slot;
  }
  return found;
}

std::optional<Words> words_of(const File& file) {
  const auto bytes = file.read();
  if (!bytes || bytes.value().size() != size) return std::nullopt;
  Words all;
  for (std::size_t i = 0; i < words; ++i)
    all[i] = number_at<std::uint64_t>(bytes.value(), i * sizeof(std::uint64_t));
  if (all[0] != magic) return std::nullopt;
  return all;
}

// Written, not only extended: a page of the mapping that has no room on the disk is a SIGBUS.
Status write_blank(const File& file) {
  const Words blank{magic};
  if (Status status = file.truncate(0); !status) return status;
  return file.write(std::as_bytes(std::span(blank)), 0);
}

}  // namespace

void DurableMark::Unmap::operator()(std::uint64_t* mapped) const { ::munmap(mapped, size); }

Result<DurableMark> DurableMark::open(const std::string& directory) {
  const auto file = File::open(path_in(directory), O_RDWR | O_CREAT);
  if (!file) return fail(file.error().message);
  if (!words_of(*file)) {
    if (const Status blank = write_blank(*file); !blank) return fail(blank.error().message);
  }
  void* const mapped =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor(), 0);
  if (mapped == MAP_FAILED)
    return fail(file->path() + ": cannot map: " + std::system_category().message(errno));
  DurableMark mark;
  mark.words_.reset(static_cast<std::uint64_t*>(mapped));
  return mark;
}

std::optional<Mark> DurableMark::read(const std::string& directory) {
  const auto file = File::open(path_in(directory), O_RDONLY);
  if (!file) return std::nullopt;
  const auto all = words_of(*file);
  if (!all) return std::nullopt;
  const auto slot = latest(*all);
  if (!slot) return std::nullopt;
  return slot->mark;
}

// Writes the slot that does not stand. Its checksum fails until the last word is there, in whatever
// order the words arrive.
void DurableMark::set(Mark mark) {
  const std::span<std::uint64_t> all(words_.get(), words);
  const auto standing = latest(all);
  const std::size_t first = standing && standing->first == 1 ? 1 + slot_words : 1;
  const std::uint64_t sequence = standing ? standing->sequence + 1 : 1;
  const std::array<std::uint64_t, slot_words> slot{sequence, mark.number, mark.length,
                                                   checksum(sequence, mark)};
  for (std::size_t i = 0; i < slot_words; ++i)
    std::atomic_ref(all[first + i]).store(slot[i], std::memory_order_release);
}

}  // namespace tribunal::cluster
