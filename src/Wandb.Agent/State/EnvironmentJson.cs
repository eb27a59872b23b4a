using System.Globalization;
using System.Text.Json;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.State;

/// <summary>
/// Protobuf's JSON form of an environment record, written out by hand because reflection is not available in the native build: 64-bit numbers
/// are strings, times RFC 3339, defaults are left out, a sub-message that is there is written even when it is empty. Names are those that SDK 0.28.2 writes.
/// </summary>
internal static class EnvironmentJson
{
    public static void Write(Utf8JsonWriter writer, EnvironmentRecord record)
    {
        writer.WriteStartObject();
        WriteProgram(writer, record);
        WriteMachine(writer, record);
        WriteProviders(writer, record);
        Text(writer, "writerId", record.WriterId);
        writer.WriteEndObject();
    }

    private static void WriteProgram(Utf8JsonWriter writer, EnvironmentRecord record)
    {
        Text(writer, "os", record.Os);
        Text(writer, "python", record.Python);
        Text(writer, "startedAt", RecordTime.ToRfc3339(record.StartedAt) ?? "");
        Text(writer, "docker", record.Docker);
        if (record.Args.Count > 0)
        {
            writer.WriteStartArray("args");
            foreach (var arg in record.Args)
            {
                writer.WriteStringValue(arg);
            }

            writer.WriteEndArray();
        }

        Text(writer, "program", record.Program);
        Text(writer, "codePath", record.CodePath);
        Text(writer, "codePathLocal", record.CodePathLocal);
        if (record.Git is { } git)
        {
            writer.WriteStartObject("git");
            Text(writer, "remote", git.RemoteUrl);
            Text(writer, "commit", git.Commit);
            writer.WriteEndObject();
        }

        Text(writer, "email", record.Email);
        Text(writer, "root", record.Root);
        Text(writer, "host", record.Host);
        Text(writer, "username", record.Username);
        Text(writer, "executable", record.Executable);
        Text(writer, "colab", record.Colab);
    }

    private static void WriteMachine(Utf8JsonWriter writer, EnvironmentRecord record)
    {
        Number(writer, "cpu_count", record.CpuCount);
        Number(writer, "cpu_count_logical", record.CpuCountLogical);
        Text(writer, "gpu", record.GpuType);
        Number(writer, "gpu_count", record.GpuCount);
        if (record.Disk.Count > 0)
        {
            writer.WriteStartObject("disk");
            foreach (var (mount, disk) in record.Disk.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                writer.WriteStartObject(mount);
                Long(writer, "total", disk.Total);
                Long(writer, "used", disk.Used);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        if (record.Memory is { } memory)
        {
            writer.WriteStartObject("memory");
            Long(writer, "total", memory.Total);
            writer.WriteEndObject();
        }

        if (record.Cpu is { } cpu)
        {
            writer.WriteStartObject("cpu");
            Number(writer, "count", cpu.Count);
            Number(writer, "countLogical", cpu.CountLogical);
            writer.WriteEndObject();
        }

        WriteApple(writer, record.Apple);
        WriteNvidia(writer, record);
        Text(writer, "cudaVersion", record.CudaVersion);
        WriteAmd(writer, record);
    }

    private static void WriteApple(Utf8JsonWriter writer, AppleInfo? apple)
    {
        if (apple is null)
        {
            return;
        }

        writer.WriteStartObject("apple");
        Text(writer, "name", apple.Name);
        Number(writer, "ecpuCores", apple.EcpuCores);
        Number(writer, "pcpuCores", apple.PcpuCores);
        Number(writer, "gpuCores", apple.GpuCores);
        Number(writer, "memoryGb", apple.MemoryGb);
        Long(writer, "swapTotalBytes", apple.SwapTotalBytes);
        Long(writer, "ramTotalBytes", apple.RamTotalBytes);
        Text(writer, "macModel", apple.MacModel);
        writer.WriteEndObject();
    }

    private static void WriteNvidia(Utf8JsonWriter writer, EnvironmentRecord record)
    {
        if (record.GpuNvidia.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("gpu_nvidia");
        foreach (var gpu in record.GpuNvidia)
        {
            writer.WriteStartObject();
            Text(writer, "name", gpu.Name);
            Long(writer, "memoryTotal", gpu.MemoryTotal);
            Number(writer, "cudaCores", gpu.CudaCores);
            Text(writer, "architecture", gpu.Architecture);
            Text(writer, "uuid", gpu.Uuid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAmd(Utf8JsonWriter writer, EnvironmentRecord record)
    {
        if (record.GpuAmd.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("gpu_amd");
        foreach (var gpu in record.GpuAmd)
        {
            writer.WriteStartObject();
            Text(writer, "id", gpu.Id);
            Text(writer, "uniqueId", gpu.UniqueId);
            Text(writer, "vbiosVersion", gpu.VbiosVersion);
            Text(writer, "performanceLevel", gpu.PerformanceLevel);
            Text(writer, "gpuOverdrive", gpu.GpuOverdrive);
            Text(writer, "gpuMemoryOverdrive", gpu.GpuMemoryOverdrive);
            Text(writer, "maxPower", gpu.MaxPower);
            Text(writer, "series", gpu.Series);
            Text(writer, "model", gpu.Model);
            Text(writer, "vendor", gpu.Vendor);
            Text(writer, "sku", gpu.Sku);
            Text(writer, "sclkRange", gpu.SclkRange);
            Text(writer, "mclkRange", gpu.MclkRange);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteProviders(Utf8JsonWriter writer, EnvironmentRecord record)
    {
        if (record.Slurm.Count > 0)
        {
            writer.WriteStartObject("slurm");
            foreach (var (name, value) in record.Slurm.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        if (record.Trainium is { } trainium)
        {
            writer.WriteStartObject("trainium");
            Text(writer, "name", trainium.Name);
            Text(writer, "vendor", trainium.Vendor);
            Number(writer, "neuronDeviceCount", trainium.NeuronDeviceCount);
            Number(writer, "neuroncorePerDeviceCount", trainium.NeuroncorePerDeviceCount);
            writer.WriteEndObject();
        }

        if (record.Tpu is { } tpu)
        {
            writer.WriteStartObject("tpu");
            Text(writer, "name", tpu.Name);
            Number(writer, "hbmGib", tpu.HbmGib);
            Number(writer, "devicesPerChip", tpu.DevicesPerChip);
            Number(writer, "count", tpu.Count);
            writer.WriteEndObject();
        }

        if (record.Coreweave is { } coreweave)
        {
            writer.WriteStartObject("coreweave");
            Text(writer, "clusterName", coreweave.ClusterName);
            Text(writer, "orgId", coreweave.OrgId);
            Text(writer, "region", coreweave.Region);
            writer.WriteEndObject();
        }
    }

    private static void Text(Utf8JsonWriter writer, string name, string text)
    {
        if (text.Length > 0)
        {
            writer.WriteString(name, text);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, uint number)
    {
        if (number != 0)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void Long(Utf8JsonWriter writer, string name, ulong number)
    {
        if (number != 0)
        {
            writer.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
        }
    }
}
