using System.Text;
using CsCheck;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class EnvironmentDocumentTests
{
    [Fact]
    public void Records_are_merged_into_one_object()
    {
        var document = new EnvironmentDocument();
        document.Apply(new EnvironmentRecord
        {
            Os = "Linux",
            StartedAt = new Timestamp { Seconds = 1795519201, Nanos = 463312000 },
            Program = "/w/train.py",
            Host = "trainer-0",
            Git = new GitRepoRecord { RemoteUrl = "https://git.example.com/team/demo.git", Commit = "b287" },
            WriterId = "okzc",
        });
        document.Apply(new EnvironmentRecord
        {
            CpuCount = 2,
            CpuCountLogical = 4,
            Disk = { ["/"] = new DiskInfo { Total = 270553174016, Used = 21853548544 } },
            Memory = new MemoryInfo { Total = 25276026880 },
            WriterId = "okzc",
        });
        Assert.Equal(
            """{"os":"Linux","startedAt":"2026-11-24T11:20:01.463312Z","program":"/w/train.py","git":{"remote":"https://git.example.com/team/demo.git","commit":"b287"}"""
            + ""","host":"trainer-0","cpu_count":2,"cpu_count_logical":4,"disk":{"/":{"total":"270553174016","used":"21853548544"}},"memory":{"total":"25276026880"},"writerId":"okzc"}""",
            Text(document));
        Assert.Equal(("okzc", "/w/train.py", "trainer-0"), (document.WriterId, document.Program, document.Host));
    }

    [Fact]
    public void Accelerators_and_clusters_have_their_protobuf_names()
    {
        var document = new EnvironmentDocument();
        document.Apply(new EnvironmentRecord
        {
            Args = { "--lr", "<0.1>" },
            GpuType = "A100",
            GpuCount = 1,
            CudaVersion = "12",
            GpuNvidia = { new GpuNvidiaInfo { Name = "A100", MemoryTotal = 42949672960, CudaCores = 6912, Uuid = "u" } },
            GpuAmd = { new GpuAmdInfo { UniqueId = "x", SclkRange = "r" } },
            Cpu = new CpuInfo { Count = 1, CountLogical = 2 },
            Apple = new AppleInfo { EcpuCores = 4, MemoryGb = 16, SwapTotalBytes = 1 },
            Slurm = { ["job_id"] = "7" },
            Trainium = new TrainiumInfo { NeuroncorePerDeviceCount = 2 },
            Tpu = new TpuInfo { HbmGib = 16, DevicesPerChip = 2 },
            Coreweave = new CoreWeaveInfo { ClusterName = "c", OrgId = "o" },
        });
        Assert.Equal(
            """{"args":["--lr","<0.1>"],"gpu":"A100","gpu_count":1,"cpu":{"count":1,"countLogical":2},"apple":{"ecpuCores":4,"memoryGb":16,"swapTotalBytes":"1"}"""
            + ""","gpu_nvidia":[{"name":"A100","memoryTotal":"42949672960","cudaCores":6912,"uuid":"u"}],"cudaVersion":"12","gpu_amd":[{"uniqueId":"x","sclkRange":"r"}]"""
            + ""","slurm":{"job_id":"7"},"trainium":{"neuroncorePerDeviceCount":2},"tpu":{"hbmGib":16,"devicesPerChip":2},"coreweave":{"clusterName":"c","orgId":"o"}}""",
            Text(document));
    }

    [Fact]
    public void Metadata_file_is_indented_by_two()
    {
        var document = new EnvironmentDocument();
        Assert.True(document.IsEmpty);
        document.Apply(new EnvironmentRecord { Os = "Linux", Memory = new MemoryInfo() });
        Assert.False(document.IsEmpty);
        Assert.Equal("{\n  \"os\": \"Linux\",\n  \"memory\": {}\n}", Encoding.UTF8.GetString(document.ToMetadataFile()));
    }

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(-1, 500_000_000, "1969-12-31T23:59:59.500Z")]
    [InlineData(1795519201, 1_000, "2026-11-24T11:20:01.000001Z")]
    [InlineData(1795519201, 1, "2026-11-24T11:20:01.000000001Z")]
    [InlineData(253_402_300_800, 0, null)]
    [InlineData(0, -1, null)]
    [InlineData(0, 1_000_000_000, null)]
    public void Times_are_rfc3339_with_as_few_decimals_as_are_exact(long seconds, int nanos, string? expected)
    {
        var timestamp = new Timestamp { Seconds = seconds, Nanos = nanos };
        Assert.Equal(expected, RecordTime.ToRfc3339(timestamp));
        Assert.Equal(expected is null, RecordTime.ToTime(timestamp) is null);
    }

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing()
    {
        var record = Gen.Select(
            Gen.OneOf("", "a", "b"),
            Gen.UInt[0, 2],
            Gen.OneOf("x", "y").Array[0, 2],
            (text, number, args) => new EnvironmentRecord { Os = text, CpuCount = number, Args = { args }, Slurm = { ["k" + text] = text }, Disk = { [text] = new DiskInfo { Used = number } } });
        Gen.Select(record.List[0, 8], Gen.Int[0, 8]).Sample((records, cut) =>
        {
            var whole = new EnvironmentDocument();
            var parted = new EnvironmentDocument();
            for (var i = 0; i < records.Count; i++)
            {
                parted = i == cut ? EnvironmentDocument.FromSnapshot(parted.ToSnapshot()) : parted;
                whole.Apply(records[i]);
                parted.Apply(records[i]);
            }

            Assert.Equal(Text(whole), Text(parted));
        });
    }

    private static string Text(EnvironmentDocument document) => JsonTexts.Of(document.WriteTo);
}
