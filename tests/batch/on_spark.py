"""Answer a table on a local Spark, in a process of its own: `python -m tests.batch.on_spark IN.parquet OUT`. Prints the summary."""

import json
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

import precert

if __name__ == "__main__":
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.sql.shuffle.partitions", "2").config("spark.log.level", "ERROR").getOrCreate()
    told = precert.screen(session.read.parquet(sys.argv[1]), sys.argv[2], session=session)
    Path(f"{sys.argv[2]}.json").write_text(json.dumps(told.to_dict()), "utf-8")
    session.stop()
