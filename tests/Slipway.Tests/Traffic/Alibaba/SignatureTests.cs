using Slipway.Operator.Traffic.LoadBalancers.Alibaba;
using Xunit;

namespace Slipway.Tests.Traffic.Alibaba;

/// <summary>Both signatures against the examples that Alibaba Cloud publishes.</summary>
public sealed class SignatureTests
{
    [Fact]
    public void The_signature_of_RPC_APIs_is_that_of_the_published_example()
    {
        KeyValuePair<string, string>[] parameters =
        [
            new("Timestamp", "2016-02-23T12:46:24Z"), new("Format", "XML"), new("AccessKeyId", "testid"), new("Action", "DescribeRegions"), new("SignatureMethod", "HMAC-SHA1"),
            new("SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"), new("Version", "2014-05-26"), new("SignatureVersion", "1.0"),
        ];

        Assert.Equal("OLeaidS1JvxuMvnyHOwuJ+uX5qY=", RpcSignature.Of("GET", parameters, "testsecret"));
    }

    [Fact]
    public void The_signature_ACS3_is_that_of_the_published_example()
    {
        KeyValuePair<string, string>[] query = [new("RegionId", "cn-shanghai"), new("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")];
        var call = new CloudCall(new("ecs", "2014-05-26"), "RunInstances", query);
        var key = new AlibabaKey("YourAccessKeyId", "YourAccessKeySecret");
        var headers = Acs3Signature.Headers(call, "ecs.cn-shanghai.aliyuncs.com", null, [], key, new(new(2023, 10, 26, 10, 22, 32, TimeSpan.Zero), "3156853299f313e23d1673dc12e1703d"));

        Assert.Equal(
            "Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
            Acs3Signature.Authorization("POST", query, headers, key));
    }

    [Theory]
    [InlineData("a b", "a%20b")]
    [InlineData("*", "%2A")]
    [InlineData("~-_.", "~-_.")]
    [InlineData("+/=&'()!", "%2B%2F%3D%26%27%28%29%21")]
    [InlineData("杭州", "%E6%9D%AD%E5%B7%9E")]
    public void Everything_but_letters_digits_and_four_signs_is_percent_encoded(string text, string encoded) => Assert.Equal(encoded, PercentCoding.Encode(text));

    [Fact]
    public void A_key_never_shows_its_secret()
    {
        var key = new AlibabaKey("LTAI-1", "a-secret", "a-token");

        Assert.Equal("access key LTAI-1", $"{key}");
    }
}
