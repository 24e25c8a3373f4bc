// What this package uses of the PJRT C API, the interface between XLA's plug-ins and frameworks, as of
// its version 0.81: https://github.com/openxla/xla/blob/main/xla/pjrt/c/pjrt_c_api.h
//
// Every call takes the address of one struct, which begins with its own size, and returns an error or
// NULL. Structs and the table of calls only ever grow at their end, so a plug-in accepts structs of a
// version older than its own.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What every struct begins with.
typedef struct {
  size_t size;
  void *extensions;
} gp_header;

typedef void *(*gp_function)(void *arguments);

typedef struct {
  gp_header header;
  gp_header version_header;
  int major, minor;
} gp_api;

// Places in the table of calls, which follows gp_api.
typedef enum {
  GP_ERROR_DESTROY = 0,
  GP_ERROR_MESSAGE = 1,
  GP_ERROR_CODE = 2,
  GP_PLUGIN_INITIALIZE = 3,
  GP_EVENT_DESTROY = 5,
  GP_EVENT_AWAIT = 8,
  GP_CLIENT_CREATE = 10,
  GP_CLIENT_DESTROY = 11,
  GP_CLIENT_PLATFORM_NAME = 12,
  GP_CLIENT_PLATFORM_VERSION = 14,
  GP_CLIENT_ADDRESSABLE_DEVICES = 16,
  GP_CLIENT_COMPILE = 20,
  GP_BUFFER_FROM_HOST = 22,
  GP_DESCRIPTION_ID = 23,
  GP_DESCRIPTION_KIND = 26,
  GP_DEVICE_DESCRIPTION = 29,
  GP_DEVICE_MEMORY_STATS = 34,
  GP_EXECUTABLE_DESTROY = 40,
  GP_EXECUTABLE_SERIALIZE = 49,
  GP_LOADED_DESTROY = 50,
  GP_LOADED_EXECUTABLE = 51,
  GP_LOADED_EXECUTE = 55,
  GP_DESERIALIZE_AND_LOAD = 56,
  GP_BUFFER_DESTROY = 58,
  GP_BUFFER_TO_HOST = 70,
  GP_BUFFER_READY_EVENT = 72,
  GP_TOPOLOGY_CREATE = 82,
  GP_TOPOLOGY_DESTROY = 83,
  GP_COMPILE = 89,
  GP_MEMORY_STATS = 96,
} gp_call;

/// The call at a place of the table; NULL where the plug-in is too old to have it.
static inline gp_function gp_entry(const gp_api *api, gp_call call) {
  size_t offset = sizeof(gp_api) + (size_t)call * sizeof(gp_function);
  if (offset + sizeof(gp_function) > api->header.size) return NULL;
  return *(const gp_function *)((const char *)api + offset);
}

// Objects of the plug-in.
typedef struct gp_error gp_error;
typedef struct gp_event gp_event;
typedef struct gp_client gp_client;
typedef struct gp_device gp_device;
typedef struct gp_description gp_description;
typedef struct gp_executable gp_executable;
typedef struct gp_loaded gp_loaded;
typedef struct gp_buffer gp_buffer;
typedef struct gp_topology gp_topology;

// MARK: - Arguments

// Of the calls that take one object and give nothing back.
typedef struct {
  gp_header header;
  void *object;
} gp_object_args;

// Of the calls that say a text of an object.
typedef struct {
  gp_header header;
  const void *object;
  const char *text;
  size_t length;
} gp_text_args;

// Of the calls that say a number of an object.
typedef struct {
  gp_header header;
  const void *object;
  int number;
} gp_number_args;

// Of the calls that lead from one object to another.
typedef struct {
  gp_header header;
  void *object;
  void *result;
} gp_result_args;

typedef enum { GP_STRING = 0, GP_INT64, GP_INT64_LIST, GP_FLOAT, GP_BOOL } gp_option_type;

typedef struct {
  gp_header header;
  const char *name;
  size_t name_length;
  gp_option_type type;
  union {
    const char *string;
    int64_t int64;
    const int64_t *int64_list;
    float float32;
    bool boolean;
  } value;
  // The length of a string or list; 1 otherwise.
  size_t length;
} gp_option;

typedef struct {
  gp_header header;
  const gp_option *options;
  size_t option_count;
  void *get, *get_context, *put, *put_context;
  gp_client *client;
  void *try_get, *try_get_context;
} gp_client_create_args;

typedef struct {
  gp_header header;
  gp_client *client;
  gp_device *const *devices;
  size_t count;
} gp_devices_args;

typedef struct {
  gp_header header;
  const char *code;
  size_t code_length;
  const char *format;
  size_t format_length;
} gp_program_text;

typedef struct {
  gp_header header;
  gp_client *client;
  const gp_program_text *program;
  const char *options;
  size_t options_length;
  gp_loaded *executable;
} gp_client_compile_args;

typedef struct {
  gp_header header;
  const char *name;
  size_t name_length;
  const gp_option *options;
  size_t option_count;
  gp_topology *topology;
} gp_topology_create_args;

typedef struct {
  gp_header header;
  const gp_topology *topology;
  const gp_program_text *program;
  const char *options;
  size_t options_length;
  gp_client *client;
  gp_executable *executable;
} gp_compile_args;

typedef enum { GP_INT32 = 4, GP_UINT8 = 6, GP_FLOAT32 = 11 } gp_element_type;

typedef enum {
  GP_DURING_CALL = 0,
  GP_UNTIL_TRANSFERRED = 1,
  GP_ZERO_COPY = 2,
} gp_host_use;

typedef struct {
  gp_header header;
  gp_client *client;
  const void *data;
  gp_element_type type;
  const int64_t *extents;
  size_t rank;
  const int64_t *strides;
  size_t stride_count;
  gp_host_use use;
  gp_device *device;
  void *memory, *layout;
  gp_event *done;
  gp_buffer *buffer;
} gp_buffer_from_host_args;

typedef struct {
  gp_header header;
  gp_buffer *buffer;
  void *layout;
  void *destination;
  size_t byte_count;
  gp_event *event;
} gp_buffer_to_host_args;

typedef struct {
  gp_header header;
  void *send_callbacks, *receive_callbacks;
  size_t send_count, receive_count;
  int launch;
  const int64_t *kept;
  size_t kept_count;
  void *context;
  const char *location;
  size_t task_count;
  int *tasks;
  int64_t *incarnations;
} gp_execute_options;

typedef struct {
  gp_header header;
  gp_loaded *executable;
  const gp_execute_options *options;
  gp_buffer *const *const *arguments;
  size_t device_count;
  size_t argument_count;
  gp_buffer **const *results;
  gp_event **done;
  gp_device *device;
} gp_execute_args;

typedef struct {
  gp_header header;
  const gp_executable *executable;
  const char *bytes;
  size_t length;
  void *serialized;
  void (*destroy)(void *serialized);
} gp_serialize_args;

typedef struct {
  gp_header header;
  gp_client *client;
  const char *bytes;
  size_t length;
  gp_loaded *executable;
  const char *options;
  size_t options_length;
} gp_deserialize_args;

typedef struct {
  gp_header header;
  gp_device *device;
  int64_t in_use;
  int64_t peak;
  bool has_peak;
  int64_t allocations;
  bool has_allocations;
  int64_t largest_allocation;
  bool has_largest_allocation;
  int64_t limit;
  bool has_limit;
  int64_t reserved;
  bool has_reserved;
  int64_t peak_reserved;
  bool has_peak_reserved;
  int64_t reservable;
  bool has_reservable;
  int64_t largest_free;
  bool has_largest_free;
  int64_t pool;
  bool has_pool;
  int64_t peak_pool;
  bool has_peak_pool;
} gp_device_memory_args;

typedef struct {
  gp_header header;
  gp_executable *executable;
  int64_t code, arguments, results, aliased, temporary;
  int64_t host_code, host_arguments, host_results, host_aliased, host_temporary;
  int64_t peak;
} gp_memory_args;
