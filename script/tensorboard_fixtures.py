"""Records as TensorBoard's own writer makes them, for Tests/GumbelTrainingTests/TensorBoardTests.swift.

    pip install tensorboard
    python script/tensorboard_fixtures.py            prints the records in hexadecimal
    python script/tensorboard_fixtures.py DIRECTORY  prints what TensorBoard reads in a run
"""

import io
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2
from tensorboard.plugins.hparams import metadata as hparams
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

Event = event_pb2.Event
Summary = summary_pb2.Summary
Metadata = summary_pb2.SummaryMetadata
STRING = 7

# The first bytes of a greyscale picture of 300 by 28 pixels.
PNG = bytes.fromhex("89504e470d0a1a0a0000000d" + "49484452" + "0000012c0000001c0800000000" + "00" * 4)


def record(event):
    file = io.BytesIO()
    RecordWriter(file).write(event.SerializeToString(deterministic=True))
    return file.getvalue().hex()


def session(tag, data):
    metadata = hparams.create_summary_metadata(plugin_data_pb2.HParamsPluginData(**data))
    value = Summary.Value(tag=tag, metadata=metadata, tensor=hparams.NULL_TENSOR)
    return Summary(value=[value])


def events():
    yield Event(wall_time=1.5, file_version="brain.Event:2")
    yield Event(
        wall_time=1700000000.25,
        step=600,
        summary=Summary(
            value=[
                Summary.Value(tag="train/bound", simple_value=-101.25),
                Summary.Value(tag="β", simple_value=0.5),
            ]
        ),
    )
    start = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    yield Event(wall_time=2, step=301, session_log=start)
    image = Summary.Image(height=28, width=300, colorspace=1, encoded_image_string=PNG)
    yield Event(
        wall_time=3, step=7, summary=Summary(value=[Summary.Value(tag="samples", image=image)])
    )
    text = tensor_pb2.TensorProto(
        dtype=STRING,
        tensor_shape=tensor_shape_pb2.TensorShapeProto(),
        string_val=[b"**hello**"],
    )
    metadata = Metadata(plugin_data=Metadata.PluginData(plugin_name="text"))
    value = Summary.Value(tag="settings", metadata=metadata, tensor=text)
    yield Event(wall_time=4, summary=Summary(value=[value]))
    start = plugin_data_pb2.SessionStartInfo(group_name="rate=0.5", start_time_secs=7)
    start.hparams["name"].string_value = "β"
    start.hparams["rate"].number_value = 0.5
    start.hparams["tied"].bool_value = True
    summary = session(hparams.SESSION_START_INFO_TAG, {"session_start_info": start})
    yield Event(wall_time=7, summary=summary)
    end = plugin_data_pb2.SessionEndInfo(status=1, end_time_secs=8)
    summary = session(hparams.SESSION_END_INFO_TAG, {"session_end_info": end})
    yield Event(wall_time=8, summary=summary)
    histogram = summary_pb2.HistogramProto(
        min=3, max=3, num=2, sum=6, sum_squares=18, bucket_limit=[3], bucket=[2]
    )
    value = Summary.Value(tag="w", histo=histogram)
    yield Event(wall_time=5, step=9, summary=Summary(value=[value]))


def show(directory):
    run = EventAccumulator(
        directory, {"scalars": 0, "images": 0, "tensors": 0, "histograms": 0}
    )
    run.Reload()
    for tag in run.Tags()["scalars"]:
        print(tag, [(e.step, e.value) for e in run.Scalars(tag)])
    for tag in run.Tags()["images"]:
        print(tag, [(e.step, e.width, e.height) for e in run.Images(tag)])
    for tag in run.Tags()["histograms"]:
        print(tag, [(e.step, e.histogram_value.num) for e in run.Histograms(tag)])
    for tag in run.Tags()["tensors"]:
        plugin = run.SummaryMetadata(tag).plugin_data
        if plugin.plugin_name == "hparams":
            print(tag, hparams.parse_session_start_info_plugin_data(plugin.content)
                  if tag == hparams.SESSION_START_INFO_TAG
                  else hparams.parse_session_end_info_plugin_data(plugin.content))
        else:
            print(tag, [(e.step, list(e.tensor_proto.string_val)) for e in run.Tensors(tag)])


if len(sys.argv) > 1:
    show(sys.argv[1])
else:
    for event in events():
        print(record(event))
