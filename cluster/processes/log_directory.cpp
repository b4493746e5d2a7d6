#include "cluster/processes/log_directory.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "cluster/processes/files.h"

namespace tribunal::cluster {
namespace {

constexpr std::string_view unfinished_suffix = ".new";

// "12.log" → 12; nullopt for any other name.
std::optional<std::uint64_t> number_of(const std::string& name) {
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data(), end, number);
  if (parsed.ec != std::errc{} || number == 0 || name != fmt::format("{}.log", number))
    return std::nullopt;
  return number;
}

void sort_in(LogDirectory& listed, const std::filesystem::path& path) {
  std::string name = path.filename().string();
  if (const auto number = number_of(name)) {
    listed.numbers.push_back(*number);
  } else if (name.ends_with(unfinished_suffix)) {
    name.resize(name.size() - unfinished_suffix.size());
    if (number_of(name)) listed.unfinished.push_back(path.string());
  }
}

}  // namespace

std::string log_path(const std::string& directory, std::uint64_t number) {
  return fmt::format("{}/{}.log", directory, number);
}

std::string unfinished_log_path(const std::string& directory, std::uint64_t number) {
  return fmt::format("{}{}", log_path(directory, number), unfinished_suffix);
}

Result<LogDirectory> list_log_directory(const std::string& directory) {
  LogDirectory listed;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    sort_in(listed, entry->path());
  if (error) return fail(fmt::format("{}: cannot list: {}", directory, error.message()));
  std::sort(listed.numbers.begin(), listed.numbers.end());
  listed.mark = DurableMark::read(directory);
  return listed;
}

Result<LatestLog> read_latest_log(const std::string& directory, const LogDirectory& listed,
                                  bool checksums) {
  LatestLog log;
  if (!listed.numbers.empty()) log.number = listed.numbers.back();
  if (checksums && listed.mark && listed.mark->number > log.number)
    return fail(fmt::format("{}: expected this file, of which {} bytes were durable; found {}",
                            log_path(directory, listed.mark->number), listed.mark->length,
                            log.number == 0 ? "none" : "an older one"));
  if (log.number == 0) return log;

  LogFileFacts facts{log_path(directory, log.number), log.number, 0, checksums};
  if (listed.mark && listed.mark->number == log.number) facts.durable = listed.mark->length;
  const auto file = File::open(facts.path, O_RDONLY);
  if (!file) return fail(file.error().message);
  auto bytes = file->read();
  if (!bytes) return fail(bytes.error().message);
  log.bytes = std::move(bytes.value());
  auto content = read_log(log.bytes, facts);
  if (!content) return fail(content.error().message);
  log.content = std::move(content.value());
  return log;
}

}  // namespace tribunal::cluster
