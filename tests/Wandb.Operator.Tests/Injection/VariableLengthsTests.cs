using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Injection;

/// <summary>A container with a variable of more than 128 KiB never starts.</summary>
public sealed class VariableLengthsTests
{
    private const string Quoted = "a '<b>' & \"c\" + d";

    [Fact]
    public void Config_of_letters_that_take_three_bytes_fits()
    {
        var text = new string('模', 22_000);

        var plan = Assert.IsType<AdmissionDecision.Patch>(Decide(text, Quoted)).Plan!;

        var value = Assert.IsType<EnvValue.Text>(plan.Agent!.Variables.Single(variable => variable.Name == AgentEnvironment.RunAdditions).Value).Value;
        Assert.InRange(Encoding.UTF8.GetByteCount(value), 66_000, 66_100);
        var config = JsonSerializer.Deserialize(value, ContractJson.Default.RunAdditions)!.Config;
        Assert.Equal((text, Quoted), (config["text"].GetString(), config["quoted"].GetString()));
    }

    [Fact]
    public void Longer_config_is_told_with_its_length_and_the_limit()
    {
        var problem = Assert.Single(Assert.IsType<AdmissionDecision.Miss>(Decide(new string('x', 98_304), "")).Problems);

        Assert.Equal(ProblemReasons.BadValue, problem.Reason);
        Assert.Matches("^config, with what else the agent adds to runs \\(WANDB_AGENT_RUN_ADDITIONS\\), would be a variable of 98[0-9]{3} bytes in container wandb-operator-agent; the limit is 98304$", problem.Message);
    }

    [Fact]
    public void Long_variable_of_a_trainer_is_told_with_who_gave_it()
    {
        var problem = Assert.Single(Assert.IsType<AdmissionDecision.Miss>(Decide("", "", new string('é', 50_000))).Problems);

        Assert.Equal("WANDB_NOTES (WandbRun r) would be a variable of 100012 bytes in container main; the limit is 98304", problem.Message);
    }

    private static AdmissionDecision Decide(string text, string quoted, string? notes = null)
    {
        var config = JsonSerializer.SerializeToElement(new JsonObject { ["text"] = text, ["quoted"] = quoted });
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "p", ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r" } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "i" }) },
        };
        return PodAdmission.Decide(pod, new PodSurroundings
        {
            Namespace = "n",
            Run = new WandbRun
            {
                Metadata = new ObjectMeta { Name = "r" },
                Spec = new WandbRunSpec
                {
                    Project = "p",
                    Notes = notes,
                    Config = new Dictionary<string, JsonElement> { ["text"] = config.GetProperty("text"), ["quoted"] = config.GetProperty("quoted") },
                },
            },
            Defaults = new OperatorDefaults { AgentImage = "agent:1" },
        });
    }
}
