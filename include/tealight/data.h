// Data: pictures from and to files, torchvision's transforms, data sets, pipelines, sound, text,
// NumPy's files.
// Link tealight::data.
#pragma once
#include "tealight/data/arrays.h"
#include "tealight/data/audio.h"
#include "tealight/data/datasets.h"
#include "tealight/data/decode.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/data/grid.h"
#include "tealight/data/image_folder.h"
#include "tealight/data/io.h"
#include "tealight/data/pipeline.h"
#include "tealight/data/text.h"
#include "tealight/data/transforms.h"
